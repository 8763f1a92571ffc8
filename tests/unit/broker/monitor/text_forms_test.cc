#include "broker/monitor/text_forms.h"

#include <gtest/gtest.h>

namespace antiphon {
namespace {

constexpr int64_t kSecond = 1'000'000'000;

TEST(TimeText, LeavesOutZerosAtTheEndOfTheFraction) {
  const int64_t whole = 1'795'358'241 * kSecond;
  EXPECT_EQ(time_text(whole), "2026-11-22T14:37:21Z");
  EXPECT_EQ(time_text(whole + 918'499'700), "2026-11-22T14:37:21.9184997Z");
  EXPECT_EQ(time_text(whole + 1), "2026-11-22T14:37:21.000000001Z");
  EXPECT_EQ(time_text(whole + 500'000'000), "2026-11-22T14:37:21.5Z");
}

TEST(TimeText, KnowsTimesBefore1970) {
  EXPECT_EQ(time_text(0), "1970-01-01T00:00:00Z");
  EXPECT_EQ(time_text(-1), "1969-12-31T23:59:59.999999999Z");
}

TEST(HttpDate, IsThatOfTheStandardsExample) {
  EXPECT_EQ(http_date(784'111'777 * kSecond), "Sun, 06 Nov 1994 08:49:37 GMT");
}

TEST(UptimeText, ShowsUnitsFromTheLargestOn) {
  EXPECT_EQ(uptime_text(0), "0s");
  EXPECT_EQ(uptime_text(kSecond - 1), "0s");
  EXPECT_EQ(uptime_text(59 * kSecond), "59s");
  EXPECT_EQ(uptime_text(60 * kSecond), "1m0s");
  EXPECT_EQ(uptime_text(3'600 * kSecond), "1h0m0s");
  EXPECT_EQ(uptime_text(86'400 * kSecond), "1d0h0m0s");
  EXPECT_EQ(uptime_text(365 * 86'400 * kSecond), "1y0d0h0m0s");
  EXPECT_EQ(uptime_text((366 * 86'400 + 3'600 + 2 * 60 + 3) * kSecond), "1y1d1h2m3s");
}

TEST(UptimeText, TakesAClockThatWentBackAsNoTime) {
  EXPECT_EQ(uptime_text(-5 * kSecond), "0s");
}

TEST(RttText, IsGosDuration) {
  EXPECT_EQ(rtt_text(0), "0s");
  EXPECT_EQ(rtt_text(-1), "0s");
  EXPECT_EQ(rtt_text(1), "1ns");
  EXPECT_EQ(rtt_text(999), "999ns");
  EXPECT_EQ(rtt_text(1'000), "1µs");
  EXPECT_EQ(rtt_text(743'999), "743µs");
  EXPECT_EQ(rtt_text(1'000'000), "1ms");
  EXPECT_EQ(rtt_text(7'937'816), "7.937816ms");
  EXPECT_EQ(rtt_text(1'500'000), "1.5ms");
  EXPECT_EQ(rtt_text(kSecond), "1s");
  EXPECT_EQ(rtt_text(kSecond + kSecond / 4), "1.25s");
  EXPECT_EQ(rtt_text(60 * kSecond), "1m0s");
  EXPECT_EQ(rtt_text(90 * kSecond + kSecond / 2), "1m30.5s");
  EXPECT_EQ(rtt_text(3'600 * kSecond), "1h0m0s");
}

}  // namespace
}  // namespace antiphon
