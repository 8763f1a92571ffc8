// The promises of the federation tier under random schedules.
//
// AP_SIM_SEED=n runs one seed and shows its whole trace; AP_SIM_SEEDS=n runs so many instead of the
// usual number; AP_SIM_FIRST=n begins there.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <string>

#include "tests/sim/federation_sim.h"
#include "tests/sim/seeds.h"

namespace antiphon::sim {
namespace {

constexpr uint64_t kSeeds = 1000;
constexpr uint64_t kSeedsPlayedTwice = 24;

std::string replay_text(uint64_t seed) {
  return "AP_SIM_SEED=" + std::to_string(seed) +
         " ap_sim_tests --gtest_filter='FederationPromises.*'";
}

void report_violation(uint64_t seed, const std::string& violation, bool whole_trace) {
  // Once more, with a trace: a run is decided by its seed.
  const FederationReport again = FederationSim(seed, true).run();
  const std::string text = trace_text(again.trace, whole_trace ? again.trace.size() : kTraceShown);
  ADD_FAILURE() << "the trace:\n" << text << violation << "\nseed " << seed << ": "
                << FederationOptions::from(seed).text() << "\n"
                << (again.violation == violation
                        ? ""
                        : "(the second run ended otherwise: " + again.violation + ")\n")
                << "replay: " << replay_text(seed);
}

TEST(FederationPromises, AreKeptWhateverTheSchedule) {
  const SeedRange seeds = SeedRange::from_environment(kSeeds);
  std::map<std::string, uint64_t> all;
  for (uint64_t seed = seeds.first; seed < seeds.first + seeds.count; ++seed) {
    const RunningSeed running(replay_text(seed));
    const FederationReport report = FederationSim(seed).run();
    for (const auto& [what, count] : report.counts) all[what] += count;
    if (report.violation.empty()) continue;
    report_violation(seed, report.violation, seeds.is_one);
    return;
  }
  std::printf("%llu seeds:", static_cast<unsigned long long>(seeds.count));
  for (const auto& [what, count] : all) {
    std::printf(" %s %llu;", what.c_str(), static_cast<unsigned long long>(count));
  }
  std::printf("\n");
  if (seeds.is_one) {
    const FederationReport again = FederationSim(seeds.first, true).run();
    std::printf("%s", trace_text(again.trace, again.trace.size()).c_str());
  }
  if (seeds.count < kSeeds) return;
  // A simulation that never meets the hard cases proves nothing.
  for (const auto& [what, count] : all) EXPECT_GT(count, 0u) << what;
}

// Seeds beyond the usual ones that have found something, for as long as what a seed decides stays the same.
TEST(FederationPromises, WhatOnceWasFoundStaysMended) {
  constexpr uint64_t kSlowConnection = 1022;    // made a lone broker believe in others
  constexpr uint64_t kDeadConnection = 7629;    // of one that has left: others it has in effect
  constexpr uint64_t kBehindLastFence = 8050;   // left what had waited for its request
  for (const uint64_t seed : {kSlowConnection, kDeadConnection, kBehindLastFence}) {
    const RunningSeed running(replay_text(seed));
    const FederationReport report = FederationSim(seed).run();
    if (!report.violation.empty()) report_violation(seed, report.violation, false);
  }
}

TEST(FederationPromises, ASeedPlayedTwiceIsTheSameStepForStep) {
  const SeedRange seeds = SeedRange::from_environment(kSeedsPlayedTwice);
  const uint64_t count = std::min(seeds.count, kSeedsPlayedTwice);
  for (uint64_t seed = seeds.first; seed < seeds.first + count; ++seed) {
    const RunningSeed running(replay_text(seed));
    const FederationReport one = FederationSim(seed, true).run();
    const FederationReport other = FederationSim(seed, true).run();
    ASSERT_GT(one.trace.size(), 1000u);
    for (size_t i = 0; i < std::min(one.trace.size(), other.trace.size()); ++i) {
      ASSERT_EQ(one.trace[i], other.trace[i]) << "step " << i << " of seed " << seed;
    }
    ASSERT_EQ(one.trace.size(), other.trace.size()) << "seed " << seed;
    EXPECT_EQ(one.counts, other.counts) << "seed " << seed;
  }
}

}  // namespace
}  // namespace antiphon::sim
