#include "fleet/bench/comparison.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace antiphon::fleet::bench {
namespace {

ComparisonSettings two_servers(unsigned runs) {
  ComparisonSettings settings;
  settings.targets = {{"ours", "", "nats://127.0.0.1:4001", 0},
                      {"theirs", "", "nats://127.0.0.1:4002", 0}};
  settings.runs = runs;
  return settings;
}

void ignore(const std::string&, unsigned, unsigned) {}

TEST(BenchComparison, MeasuresTheServersInTurns) {
  std::vector<uint16_t> ports;
  const BenchCase bench_case{"x", [&](const Target& target) {
                               ports.push_back(target.client().servers.front().port);
                               return RunResult{};
                             }};
  const auto result = compare(two_servers(3), bench_case, &ignore);
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(ports, (std::vector<uint16_t>{4001, 4002, 4001, 4002, 4001, 4002}));
  ASSERT_EQ(result->series.size(), 2u);
  EXPECT_EQ(result->series[1].runs.size(), 3u);
}

TEST(BenchComparison, RatioIsThatOfTheMedians) {
  double next = 0;
  const BenchCase bench_case{"x", [&](const Target& target) {
                               const bool ours = target.client().servers.front().port == 4001;
                               if (ours) ++next;
                               RunResult run;
                               run.metrics.push_back({"m", "s", ours ? next * 10 : 4});
                               return run;
                             }};
  const auto result = compare(two_servers(3), bench_case, &ignore);
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->ratio("m"), 5);
  EXPECT_EQ(result->ratio("unknown"), 0);
}

TEST(BenchComparison, AServerThatCannotBeUsedEndsItAndIsNamed) {
  const BenchCase bench_case{"x", [](const Target&) -> absl::StatusOr<RunResult> {
                               return absl::UnavailableError("refused");
                             }};
  const auto result = compare(two_servers(3), bench_case, &ignore);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.status().message(), "ours: refused");
}

}  // namespace
}  // namespace antiphon::fleet::bench
