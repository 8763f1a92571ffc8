#include "fleet/client/ping_report.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

namespace antiphon::fleet {
namespace {

constexpr int64_t kMs = 1'000'000;
constexpr SteadyTime kStart{1000 * kMs};

PingResult result_of(const std::vector<int64_t>& delays_ms) {
  PingResult result;
  result.published_at = {kStart.ns + 55 * kMs};
  for (const int64_t delay_ms : delays_ms) {
    result.replies.push_back({"n" + std::to_string(result.replies.size()), delay_ms * kMs});
  }
  return result;
}

TEST(PingReport, PrintsWhatTheReferencePrints) {
  EXPECT_EQ(reply_line({"web1.example.net", 12'900'000}),
            "web1.example.net                         time=12 ms");
  const PingStatistics statistics = ping_statistics(result_of({30, 10, 20}), kStart);
  EXPECT_EQ(totals_line(statistics), "3 replies max: 30ms min: 10ms avg: 20ms overhead: 55ms");
}

TEST(PingReport, SaysWhenNodesAnsweredTwice) {
  PingResult result = result_of({1, 2, 3});
  result.replies[2].node = "n0";
  const PingStatistics statistics = ping_statistics(result, kStart);
  EXPECT_EQ(statistics.repeated, 1u);
  EXPECT_NE(totals_line(statistics).find("repeated: 1"), std::string::npos);
}

TEST(PingReport, ComputesPercentiles) {
  std::vector<int64_t> delays;
  for (int64_t i = 1; i <= 200; ++i) delays.push_back(i);
  const PingStatistics statistics = ping_statistics(result_of(delays), kStart);
  EXPECT_EQ(statistics.p50_ns, 100 * kMs);
  EXPECT_EQ(statistics.p95_ns, 190 * kMs);
  EXPECT_EQ(statistics.p99_ns, 198 * kMs);
  const PingStatistics one = ping_statistics(result_of({7}), kStart);
  EXPECT_EQ(one.p50_ns, 7 * kMs);
  EXPECT_EQ(one.p99_ns, 7 * kMs);
}

TEST(PingReport, CoversEveryReplyWithFewBuckets) {
  for (const auto& delays : std::vector<std::vector<int64_t>>{
           {0}, {5}, {0, 1}, {0, 11}, {0, 12}, {99, 100}, {1000, 1010}, {3, 50'000}, {7, 7, 7}}) {
    const PingStatistics statistics = ping_statistics(result_of(delays), kStart);
    ASSERT_FALSE(statistics.histogram.empty());
    EXPECT_LE(statistics.histogram.size(), kHistogramBucketsMax);
    EXPECT_LE(statistics.histogram.front().from_ms, delays.front());
    EXPECT_GT(statistics.histogram.back().below_ms, delays.back());
    EXPECT_GT(statistics.histogram.front().count, 0u);
    EXPECT_GT(statistics.histogram.back().count, 0u);
    size_t sum = 0;
    for (const HistogramBucket& bucket : statistics.histogram) sum += bucket.count;
    EXPECT_EQ(sum, delays.size());
  }
}

TEST(PingReport, DrawsABarForEachBucket) {
  const PingStatistics statistics = ping_statistics(result_of({10, 10, 11, 13}), kStart);
  EXPECT_EQ(histogram_lines(statistics),
            "half within 10ms, 95 % within 13ms, 99 % within 13ms\n"
            "    10 -    11 ms        2 ########################################\n"
            "    11 -    12 ms        1 ####################\n"
            "    12 -    13 ms        0 \n"
            "    13 -    14 ms        1 ####################\n");
}

TEST(PingReport, IsOneLineOfJson) {
  PingResult result = result_of({10, 30});
  result.replies[0].node = "odd \xff name";
  const PingStatistics statistics = ping_statistics(result, kStart);
  const std::string text = ping_json(result, statistics, 5, true);
  EXPECT_EQ(text.find('\n'), std::string::npos);
  const auto json = nlohmann::json::parse(text);
  EXPECT_EQ(json["replies"], 2);
  EXPECT_EQ(json["expected"], 5);
  EXPECT_EQ(json["mean_ms"], 20.0);
  EXPECT_EQ(json["nodes"][1]["node"], "n1");
  const auto brief = nlohmann::json::parse(ping_json(result, statistics, 0, false));
  EXPECT_TRUE(brief["expected"].is_null());
  EXPECT_FALSE(brief.contains("nodes"));
}

TEST(PingReport, TakesSilence) {
  const PingStatistics statistics = ping_statistics(result_of({}), kStart);
  EXPECT_EQ(statistics.replies, 0u);
  EXPECT_TRUE(statistics.histogram.empty());
}

}  // namespace
}  // namespace antiphon::fleet
