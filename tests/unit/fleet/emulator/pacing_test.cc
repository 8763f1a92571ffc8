#include <gtest/gtest.h>

#include <algorithm>

#include "fleet/emulator/dial_pacer.h"
#include "fleet/emulator/reconnect_delay.h"

namespace antiphon::fleet {
namespace {

constexpr SteadyTime at_ms(int64_t ms) {
  return {ms * 1'000'000};
}

TEST(ReconnectDelay, GrowsFromHalfASecondToTwenty) {
  EXPECT_EQ(reconnect_delay_ms(0), 500);
  EXPECT_EQ(reconnect_delay_ms(1), 750);
  EXPECT_EQ(reconnect_delay_ms(2), 1000);
  EXPECT_EQ(reconnect_delay_ms(3), 1500);
  EXPECT_EQ(reconnect_delay_ms(10), 5000);
  EXPECT_EQ(reconnect_delay_ms(11), 5500);
  EXPECT_EQ(reconnect_delay_ms(12), 5750);
  EXPECT_EQ(reconnect_delay_ms(43), 20'000);
  for (uint32_t attempt = 0; attempt < 100; ++attempt) {
    EXPECT_LE(reconnect_delay_ms(attempt), reconnect_delay_ms(attempt + 1)) << attempt;
  }
  EXPECT_EQ(reconnect_delay_ms(UINT32_MAX), kReconnectDelayMaxMs);
}

TEST(ReconnectDelay, IsSpreadAroundItsMiddle) {
  Random random(1);
  int64_t least = INT64_MAX;
  int64_t most = 0;
  for (int i = 0; i < 10'000; ++i) {
    const int64_t delay_ms = jittered_reconnect_delay_ms(2, random);
    least = std::min(least, delay_ms);
    most = std::max(most, delay_ms);
  }
  EXPECT_GE(least, 500);
  EXPECT_LT(least, 520);
  EXPECT_LT(most, 1500);
  EXPECT_GT(most, 1480);
}

TEST(DialPacer, HasNoLimitsUnlessGiven) {
  DialPacer pacer(0, 0);
  EXPECT_TRUE(pacer.may_start(at_ms(0), 1'000'000));
  pacer.started(at_ms(0));
  EXPECT_TRUE(pacer.may_start(at_ms(0), 1'000'000));
}

TEST(DialPacer, LimitsHowManyDialAtATime) {
  const DialPacer pacer(0, 10);
  EXPECT_TRUE(pacer.may_start(at_ms(0), 9));
  EXPECT_FALSE(pacer.may_start(at_ms(0), 10));
  EXPECT_EQ(pacer.wait_ms(at_ms(0), 10, 77), 77);
}

size_t starts_at(DialPacer& pacer, int64_t ms) {
  size_t starts = 0;
  while (pacer.may_start(at_ms(ms), 0)) {
    pacer.started(at_ms(ms));
    ++starts;
  }
  return starts;
}

TEST(DialPacer, StartsSoManyASecond) {
  DialPacer pacer(100, 0);
  size_t starts = 0;
  for (int64_t ms = 1'000'000; ms < 1'010'000; ++ms) starts += starts_at(pacer, ms);
  EXPECT_NEAR(static_cast<double>(starts), 1000, 3);
}

TEST(DialPacer, MakesUpForLateTurnsButNotForPauses) {
  DialPacer pacer(1000, 0);
  starts_at(pacer, 1'000'000);
  EXPECT_EQ(starts_at(pacer, 1'000'005), 5u);
  EXPECT_LE(starts_at(pacer, 2'000'000), static_cast<size_t>(DialPacer::kBurstMs) + 1);
}

TEST(DialPacer, SaysHowLongToWait) {
  DialPacer pacer(100, 0);
  pacer.started(at_ms(1'000'000));
  pacer.started(at_ms(1'000'000));
  const int64_t wait_ms = pacer.wait_ms(at_ms(1'000'000), 0, 0);
  EXPECT_GT(wait_ms, 0);
  EXPECT_FALSE(pacer.may_start(at_ms(1'000'000 + wait_ms - 1), 0));
  EXPECT_TRUE(pacer.may_start(at_ms(1'000'000 + wait_ms), 0));
}

}  // namespace
}  // namespace antiphon::fleet
