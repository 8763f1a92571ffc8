#include "federation/relay/backoff.h"

#include <gtest/gtest.h>

namespace antiphon::federation {
namespace {

TEST(Backoff, DoublesAndStaysWhereTheMostIsTwentySeconds) {
  EXPECT_EQ(backoff_ms({}, 1), 250);
  EXPECT_EQ(backoff_ms({}, 2), 500);
  EXPECT_EQ(backoff_ms({}, 6), 8000);
  EXPECT_EQ(backoff_ms({}, 7), 13'333);
  EXPECT_EQ(backoff_ms({}, UINT32_MAX), 13'333);
  Random random(1);
  int64_t most = 0;
  for (int i = 0; i < 1000; ++i) most = std::max(most, jittered_backoff_ms({}, 100, random));
  EXPECT_GT(most, 19'800);
  EXPECT_LE(most, 20'000);
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
