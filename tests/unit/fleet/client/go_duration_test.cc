#include "fleet/client/go_duration.h"

#include <gtest/gtest.h>

namespace antiphon::fleet {
namespace {

constexpr int64_t kMs = 1'000'000;

// The right-hand sides are what Go's time.Duration prints.
TEST(GoDuration, PrintsAsGoDoes) {
  EXPECT_EQ(go_duration_ms(0), "0s");
  EXPECT_EQ(go_duration_ms(499'999), "0s");
  EXPECT_EQ(go_duration_ms(500'000), "1ms");
  EXPECT_EQ(go_duration_ms(87 * kMs), "87ms");
  EXPECT_EQ(go_duration_ms(999 * kMs), "999ms");
  EXPECT_EQ(go_duration_ms(999 * kMs + 600'000), "1s");
  EXPECT_EQ(go_duration_ms(1000 * kMs), "1s");
  EXPECT_EQ(go_duration_ms(1234 * kMs), "1.234s");
  EXPECT_EQ(go_duration_ms(1500 * kMs), "1.5s");
  EXPECT_EQ(go_duration_ms(2010 * kMs), "2.01s");
  EXPECT_EQ(go_duration_ms(60'000 * kMs), "1m0s");
  EXPECT_EQ(go_duration_ms(62'500 * kMs), "1m2.5s");
  EXPECT_EQ(go_duration_ms(3'600'000 * kMs), "1h0m0s");
  EXPECT_EQ(go_duration_ms(3'661'001 * kMs), "1h1m1.001s");
}

}  // namespace
}  // namespace antiphon::fleet
