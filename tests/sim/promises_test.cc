// The promises of the broker under random schedules, for one, two and four shards.
//
// AP_SIM_SEED=n runs one seed (with AP_SIM_SHARDS=n for one number of shards) and shows its whole
// trace; AP_SIM_SEEDS=n runs so many seeds instead of the usual number; AP_SIM_FIRST=n begins there.
#include <gtest/gtest.h>

#include <cstdio>

#include "tests/sim/seeds.h"
#include "tests/sim/simulation.h"

namespace antiphon::sim {
namespace {

constexpr uint64_t kSeeds = 350;  // for each number of shards

std::string replay_text(const SimOptions& options) {
  return "AP_SIM_SEED=" + std::to_string(options.seed) +
         " AP_SIM_SHARDS=" + std::to_string(options.shard_count) + " ap_sim_tests";
}

void report_violation(const SimOptions& options, const std::string& violation) {
  // Once more, with a trace: a run is decided by its seed.
  const SimReport again = Simulation(options, true).run();
  const std::string text =
      trace_text(again.trace, number_from("AP_SIM_SEED") ? again.trace.size() : kTraceShown);
  ADD_FAILURE() << violation << "\nseed " << options.seed << " with " << options.shard_count
                << " shards; " << options.clients << " clients, rings of " << options.ring_messages
                << (options.wide ? ", wide" : "") << (options.closing ? ", closing" : "")
                << (options.stalling ? ", stalling" : "") << "\nthe last of the trace:\n"
                << text << (again.violation == violation ? "" : "(the second run ended otherwise: " +
                                                                    again.violation + ")\n")
                << "replay: " << replay_text(options);
}

void add_up(SimReport& all, const SimReport& one) {
  all.turns += one.turns;
  all.messages += one.messages;
  all.deliveries += one.deliveries;
  all.fences += one.fences;
  all.reads_paused += one.reads_paused;
  all.picks_forwarded += one.picks_forwarded;
  all.slow_consumers += one.slow_consumers;
  all.over_budget += one.over_budget;
  all.closed += one.closed;
  all.importing += one.importing;
}

class Promises : public testing::TestWithParam<uint16_t> {
 protected:
  void SetUp() override {
    const auto shards = number_from("AP_SIM_SHARDS");
    if (shards.has_value() && *shards != GetParam()) GTEST_SKIP() << "another number of shards";
  }

  // Returns whether the promises were kept.
  bool run_seed(uint64_t seed) {
    const SimOptions options = SimOptions::from(seed, GetParam());
    const RunningSeed running(replay_text(options));
    const SimReport report = Simulation(options).run();
    add_up(all_, report);
    if (!report.violation.empty()) report_violation(options, report.violation);
    return report.violation.empty();
  }
  // A simulation that never meets the hard cases proves nothing.
  void expect_variety() const {
    EXPECT_GT(all_.deliveries, all_.messages);
    EXPECT_GT(all_.slow_consumers, 0u);
    EXPECT_GT(all_.over_budget, 0u);
    EXPECT_GT(all_.importing, 0u);
    if (GetParam() == 1) return;
    EXPECT_GT(all_.fences, 0u);
    EXPECT_GT(all_.reads_paused, 0u);
    EXPECT_GT(all_.picks_forwarded, 0u);
  }

  SimReport all_;
};

TEST_P(Promises, AreKeptWhateverTheSchedule) {
  const SeedRange seeds = SeedRange::from_environment(kSeeds);
  for (uint64_t seed = seeds.first; seed < seeds.first + seeds.count; ++seed) {
    if (!run_seed(seed)) return;
  }
  std::printf("%llu seeds: %llu turns, %llu messages, %llu deliveries, %llu fences, %llu pauses, "
              "%llu picks forwarded, %llu slow, %llu of them over the budget, %llu closed\n",
              static_cast<unsigned long long>(seeds.count),
              static_cast<unsigned long long>(all_.turns),
              static_cast<unsigned long long>(all_.messages),
              static_cast<unsigned long long>(all_.deliveries),
              static_cast<unsigned long long>(all_.fences),
              static_cast<unsigned long long>(all_.reads_paused),
              static_cast<unsigned long long>(all_.picks_forwarded),
              static_cast<unsigned long long>(all_.slow_consumers),
              static_cast<unsigned long long>(all_.over_budget),
              static_cast<unsigned long long>(all_.closed));
  if (seeds.count >= kSeeds) expect_variety();
}

INSTANTIATE_TEST_SUITE_P(Shards, Promises, testing::Values(1, 2, 4),
                         [](const auto& shards) { return "On" + std::to_string(shards.param); });

}  // namespace
}  // namespace antiphon::sim
