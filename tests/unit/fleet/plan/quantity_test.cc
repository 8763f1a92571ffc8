#include "fleet/plan/quantity.h"

#include <gtest/gtest.h>

namespace antiphon::fleet::plan {
namespace {

TEST(PlanQuantity, BytesHaveThreeDigitsAndAUnit) {
  EXPECT_EQ(bytes_text(0), "0 B");
  EXPECT_EQ(bytes_text(1023), "1023 B");
  EXPECT_EQ(bytes_text(22.1 * 1024), "22.1 KB");
  EXPECT_EQ(bytes_text(2.25 * 1024 * 1024 * 1024), "2.25 GB");
}

TEST(PlanQuantity, SecondsChooseTheirUnit) {
  EXPECT_EQ(seconds_text(13.1e-6), "13.1 us");
  EXPECT_EQ(seconds_text(0.00257), "2.57 ms");
  EXPECT_EQ(seconds_text(131), "131 s");
  EXPECT_EQ(seconds_text(600), "10.0 min");
}

TEST(PlanQuantity, CountsAreGrouped) {
  EXPECT_EQ(count_text(7), "7");
  EXPECT_EQ(count_text(123), "123");
  EXPECT_EQ(count_text(1234), "1,234");
  EXPECT_EQ(count_text(2'200'000), "2,200,000");
}

TEST(PlanQuantity, SmallNumbersKeepDigits) {
  EXPECT_EQ(number_text(1.77), "1.77");
  EXPECT_EQ(number_text(0.053), "0.0530");
  EXPECT_EQ(number_text(0), "0.00");
}

}  // namespace
}  // namespace antiphon::fleet::plan
