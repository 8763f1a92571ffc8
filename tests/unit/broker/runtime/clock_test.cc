#include "broker/runtime/clock.h"

#include <gtest/gtest.h>

namespace antiphon {
namespace {

TEST(Clock, NeverGoesBack) {
  SteadyTime before = steady_now();
  for (int i = 0; i < 1000; ++i) {
    const SteadyTime now = steady_now();
    ASSERT_GE(now, before);
    before = now;
  }
}

TEST(Clock, CountsWholeMilliseconds) {
  EXPECT_EQ(SteadyTime{999'999}.ms(), 0);
  EXPECT_EQ(SteadyTime{1'000'000}.ms(), 1);
  EXPECT_EQ(SteadyTime{5'999'999'999}.ms(), 5999);
}

TEST(Clock, WallTimeIsAfterThisWasWritten) {
  constexpr int64_t kStartOf2020 = 1'577'836'800'000'000'000;
  EXPECT_GT(wall_now_ns(), kStartOf2020);
}

}  // namespace
}  // namespace antiphon
