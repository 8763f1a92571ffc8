#include "broker/runtime/random.h"

#include <gtest/gtest.h>

#include <vector>

namespace antiphon {
namespace {

TEST(Random, RepeatsWithTheSameSeedAndDiffersWithAnother) {
  Random a(5);
  Random b(5);
  Random c(6);
  bool differs = false;
  for (int i = 0; i < 100; ++i) {
    const uint64_t value = a.next();
    EXPECT_EQ(value, b.next());
    differs |= value != c.next();
  }
  EXPECT_TRUE(differs);
}

TEST(Random, WorksWithASeedOfZero) {
  Random random(0);
  EXPECT_NE(random.next(), random.next());
}

TEST(Random, StaysBelowItsBoundAndReachesEveryValue) {
  Random random(1);
  EXPECT_EQ(random.below(1), 0u);
  std::vector<int> seen(7);
  constexpr int kRounds = 70'000;
  for (int i = 0; i < kRounds; ++i) ++seen.at(random.below(seen.size()));
  for (const int count : seen) {
    EXPECT_GT(count, kRounds / 7 * 9 / 10);
    EXPECT_LT(count, kRounds / 7 * 11 / 10);
  }
}

TEST(Random, TakesBoundsOfAnySize) {
  Random random(2);
  for (int i = 0; i < 1000; ++i) {
    EXPECT_LT(random.below(UINT64_MAX), UINT64_MAX);
    EXPECT_LT(random.below(1ull << 33), 1ull << 33);
  }
}

}  // namespace
}  // namespace antiphon
