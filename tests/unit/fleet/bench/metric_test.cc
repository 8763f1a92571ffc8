#include "fleet/bench/metric.h"

#include <gtest/gtest.h>

namespace antiphon::fleet::bench {
namespace {

TEST(BenchMetric, MedianIsTheMiddleOneOrTheMeanOfTheTwoInTheMiddle) {
  EXPECT_EQ(median({7}), 7);
  EXPECT_EQ(median({9, 1, 5}), 5);
  EXPECT_EQ(median({9, 1, 5, 7}), 6);
}

TEST(BenchMetric, PercentileIsTheNearestRank) {
  const std::vector<double> sorted{1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
  EXPECT_EQ(percentile(sorted, 0.5), 5);
  EXPECT_EQ(percentile(sorted, 0.99), 10);
  EXPECT_EQ(percentile(sorted, 0), 1);
  EXPECT_EQ(percentile({3}, 0.999), 3);
}

TEST(BenchMetric, ValuesAreShownWithThreeDigitsAndAPrefix) {
  EXPECT_EQ(format_value(5'123'456, "msg/s"), "5.12 M msg/s");
  EXPECT_EQ(format_value(35'400, "msg/s"), "35.4 k msg/s");
  EXPECT_EQ(format_value(1434, "bytes"), "1.40 KB");
  EXPECT_EQ(format_value(34.0 * 1024 * 1024, "bytes"), "34.0 MB");
  EXPECT_EQ(format_value(512, "bytes"), "512 B");
  EXPECT_EQ(format_value(85.24, "ns"), "85.2 ns");
  EXPECT_EQ(format_value(1234.5, "MB/s"), "1234 MB/s");
  EXPECT_EQ(format_value(0.123, "s"), "0.12 s");
  EXPECT_EQ(format_value(19'000, ""), "19000");
}

}  // namespace
}  // namespace antiphon::fleet::bench
