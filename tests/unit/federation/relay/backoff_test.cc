#include "federation/relay/backoff.h"

#include <gtest/gtest.h>

namespace antiphon::federation {
namespace {

TEST(Backoff, DoublesToTwentySecondsAndStaysThere) {
  EXPECT_EQ(backoff_ms({}, 1), 250);
  EXPECT_EQ(backoff_ms({}, 2), 500);
  EXPECT_EQ(backoff_ms({}, 7), 16'000);
  EXPECT_EQ(backoff_ms({}, 8), 20'000);
  EXPECT_EQ(backoff_ms({}, UINT32_MAX), 20'000);
}

TEST(Backoff, SpreadsAroundTheMiddle) {
  Random random(1);
  int64_t least = INT64_MAX, most = 0;
  for (int i = 0; i < 1000; ++i) {
    const int64_t delay_ms = jittered_backoff_ms({}, 3, random);
    least = std::min(least, delay_ms);
    most = std::max(most, delay_ms);
  }
  EXPECT_GE(least, 500);
  EXPECT_LT(least, 600);
  EXPECT_LT(most, 1500);
  EXPECT_GT(most, 1400);
}

}  // namespace
}  // namespace antiphon::federation
