#include "fleet/bench/server_metrics.h"

#include <gtest/gtest.h>

namespace antiphon::fleet::bench {
namespace {

TEST(BenchServerMetrics, SamplesAreFoundByTheirNameAndLabels) {
  const ServerMetrics metrics = ServerMetrics::parse(
      "# HELP a_total Some text\n# TYPE a_total counter\n"
      "a_total{result=\"good one\"} 1.5\na_total{result=\"bad\"} 2e3\nplain 7\n");
  EXPECT_EQ(metrics.value("a_total{result=\"good one\"}"), 1.5);
  EXPECT_EQ(metrics.value("a_total{result=\"bad\"}"), 2000);
  EXPECT_EQ(metrics.value("plain"), 7);
  EXPECT_EQ(metrics.value("a_total"), std::nullopt);
}

TEST(BenchServerMetrics, WhatIsNoSampleIsPassedOver) {
  EXPECT_TRUE(ServerMetrics::parse("<html>\n\nno number here\n").empty());
}

TEST(BenchServerMetrics, AServerWithoutThePageHasNone) {
  EXPECT_TRUE(ServerMetrics::read(0).empty());
  EXPECT_TRUE(ServerMetrics::read(1).empty());  // nobody listens there
}

}  // namespace
}  // namespace antiphon::fleet::bench
