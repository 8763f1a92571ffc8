// The promises of the federation tier under random schedules.
//
// AP_SIM_SEED=n runs one seed; AP_SIM_SEEDS=n so many instead of the usual number; AP_SIM_FIRST=n
// begins there.
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>

#include "tests/sim/federation_sim.h"

namespace antiphon::sim {
namespace {

constexpr uint64_t kSeeds = 300;

uint64_t number_from(const char* name, uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

void add_up(FederationReport& all, const FederationReport& one) {
  all.requests += one.requests;
  all.replies += one.replies;
  all.published += one.published;
  all.duplicates += one.duplicates;
  all.refused += one.refused;
  all.pauses += one.pauses;
  all.discarded += one.discarded;
  all.drops += one.drops;
  all.elsewhere += one.elsewhere;
  all.limited += one.limited;
  all.told += one.told;
  all.signs += one.signs;
}

TEST(FederationPromises, AreKeptWhateverTheSchedule) {
  const uint64_t one = number_from("AP_SIM_SEED", 0);
  const uint64_t first = one != 0 ? one : number_from("AP_SIM_FIRST", 1);
  const uint64_t seeds = one != 0 ? 1 : number_from("AP_SIM_SEEDS", kSeeds);
  FederationReport all;
  for (uint64_t seed = first; seed < first + seeds; ++seed) {
    try {
      add_up(all, FederationSim(seed).run());
    } catch (const Violation& violation) {
      FAIL() << violation.what() << "\nreplay: AP_SIM_SEED=" << seed
             << " ap_sim_tests --gtest_filter='FederationPromises.*'";
    }
  }
  std::printf("%llu seeds: %llu requests, %llu replies, %llu published, %llu targets left out, %llu "
              "refused, %llu pauses, %llu discarded, %llu connections dropped, %llu targets absent, %llu "
              "rate-limited, %llu errors told, %llu signs of nodes\n",
              static_cast<unsigned long long>(seeds), static_cast<unsigned long long>(all.requests),
              static_cast<unsigned long long>(all.replies),
              static_cast<unsigned long long>(all.published),
              static_cast<unsigned long long>(all.duplicates),
              static_cast<unsigned long long>(all.refused),
              static_cast<unsigned long long>(all.pauses),
              static_cast<unsigned long long>(all.discarded),
              static_cast<unsigned long long>(all.drops),
              static_cast<unsigned long long>(all.elsewhere),
              static_cast<unsigned long long>(all.limited),
              static_cast<unsigned long long>(all.told),
              static_cast<unsigned long long>(all.signs));
  if (seeds < kSeeds) return;
  // A simulation that never meets the hard cases proves nothing.
  for (const uint64_t count : {all.duplicates, all.refused, all.pauses, all.discarded, all.drops, all.elsewhere, all.limited,
                               all.told, all.signs}) {
    EXPECT_GT(count, 0u);
  }
}

}  // namespace
}  // namespace antiphon::sim
