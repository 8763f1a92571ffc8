#include "fleet/bench/delay_histogram.h"

#include <gtest/gtest.h>

namespace antiphon::fleet::bench {
namespace {

TEST(BenchDelayHistogram, PercentilesAreWithinThreePercent) {
  DelayHistogram delays;
  for (int64_t us = 1; us <= 10'000; ++us) delays.add(us * 1000);
  EXPECT_EQ(delays.count(), 10'000u);
  EXPECT_NEAR(delays.percentile(0.5), 5e6, 5e6 * 0.032);
  EXPECT_NEAR(delays.percentile(0.99), 9.9e6, 9.9e6 * 0.032);
  EXPECT_NEAR(delays.percentile(1), 1e7, 1e7 * 0.032);
}

TEST(BenchDelayHistogram, NothingIsBelowItsOwnTime) {
  for (const int64_t ns : {int64_t{0}, int64_t{1}, int64_t{31}, int64_t{32}, int64_t{33}, int64_t{1000},
                           int64_t{1} << 40, INT64_MAX}) {
    DelayHistogram delays;
    delays.add(ns);
    EXPECT_GE(delays.percentile(0.5), static_cast<double>(ns)) << ns;
    EXPECT_LE(delays.percentile(0.5), static_cast<double>(ns) * 1.032 + 1) << ns;
  }
}

TEST(BenchDelayHistogram, ClocksThatRunBackCountAsNothing) {
  DelayHistogram delays;
  delays.add(-5);
  EXPECT_EQ(delays.percentile(1), 0);
}

TEST(BenchDelayHistogram, AddsUp) {
  DelayHistogram some;
  DelayHistogram others;
  some.add(10);
  others.add(20);
  others.add(20);
  some.add(others);
  EXPECT_EQ(some.count(), 3u);
  EXPECT_EQ(some.percentile(0.3), 10);
  EXPECT_EQ(some.percentile(0.9), 20);
  EXPECT_EQ(DelayHistogram().percentile(0.5), 0);
}

}  // namespace
}  // namespace antiphon::fleet::bench
