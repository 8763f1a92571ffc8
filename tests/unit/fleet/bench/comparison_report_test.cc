#include "fleet/bench/comparison_report.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace antiphon::fleet::bench {
namespace {

RunResult run_of(double rate, double memory) {
  RunResult run;
  run.metrics = {{"delivered", "msg/s", rate, Better::kHigher},
                 {"memory", "bytes", memory, Better::kLower}};
  run.generator_percent = 90;
  run.server_percent = 100;
  return run;
}

CaseResult comparison() {
  return {"pubsub 1:1", {{"ours", {run_of(2e6, 1024)}}, {"theirs", {run_of(1e6, 4096)}}}};
}

TEST(BenchReport, TableShowsFiguresRatiosAndWhatTheGeneratorDid) {
  const std::string table = result_table(comparison());
  EXPECT_NE(table.find("2.00 M msg/s"), std::string::npos) << table;
  EXPECT_NE(table.find("4.00 KB"), std::string::npos) << table;
  EXPECT_NE(table.find("    0.25\n"), std::string::npos) << table;
  EXPECT_NE(table.find("generator: 90 % of a core, server: 100 %"), std::string::npos) << table;
  EXPECT_EQ(table.find("note:"), std::string::npos) << table;
  EXPECT_EQ(table.find("worse"), std::string::npos) << table;
}

TEST(BenchReport, TableSaysWhenTheGeneratorWorkedHarderThanTheServer) {
  CaseResult result = comparison();
  result.series[1].runs[0].generator_percent = 101;
  const std::string table = result_table(result);
  EXPECT_NE(table.find("note: the generator used more CPU"), std::string::npos) << table;
}

TEST(BenchReport, TableMarksWhereTheFirstServerIsWorse) {
  CaseResult result = comparison();
  result.series[0].runs[0].metrics[1].value = 8192;
  EXPECT_NE(result_table(result).find("2  worse"), std::string::npos) << result_table(result);
}

TEST(BenchReport, FailuresAreShownWithTheirRun) {
  CaseResult result = comparison();
  result.series[0].runs[0].failure = "3 messages lost";
  EXPECT_NE(result_table(result).find("FAILED: ours, run 1: 3 messages lost"), std::string::npos);
  EXPECT_TRUE(result.series[0].has_failed());
  EXPECT_FALSE(result.series[1].has_failed());
}

TEST(BenchReport, JsonHoldsMediansRunsRatiosAndFailures) {
  CaseResult result = comparison();
  result.series[0].runs.push_back(run_of(4e6, 1024));
  result.series[0].runs[1].failure = "1 messages lost";
  const auto json = nlohmann::json::parse(results_json("pubsub", {result}));
  EXPECT_EQ(json["scenario"], "pubsub");
  const auto& one = json["cases"][0];
  EXPECT_EQ(one["servers"][0]["metrics"][0]["median"], 3e6);
  EXPECT_EQ(one["servers"][0]["metrics"][0]["runs"].size(), 2u);
  EXPECT_EQ(one["servers"][0]["failures"][0], "1 messages lost");
  EXPECT_EQ(one["ratios"]["delivered"], 3);
}

// The second server's only run has failed early; the first one's has a figure that others have not.
CaseResult half_failed() {
  CaseResult result = comparison();
  result.series[1].runs[0] = RunResult{{{"memory", "bytes", 4096, Better::kLower}}, "cut off"};
  result.series[1].runs.push_back(RunResult{{}, "refused"});
  result.series[1].runs.push_back(run_of(1e6, 4096));
  result.series[1].runs[2].metrics.push_back({"failed: timed out", "", 7, Better::kLower});
  return result;
}

TEST(BenchReport, FiguresThatOnlySomeRunsHaveAreShown) {
  const std::string table = result_table(half_failed());
  EXPECT_NE(table.find("failed: timed out"), std::string::npos) << table;
  const auto json = nlohmann::json::parse(results_json("x", {half_failed()}));
  const auto& theirs = json["cases"][0]["servers"][1];
  ASSERT_EQ(theirs["metrics"].size(), 3u);
  EXPECT_EQ(theirs["metrics"][1]["runs"].size(), 2u);
  EXPECT_EQ(theirs["metrics"][2]["name"], "failed: timed out");
  EXPECT_EQ(theirs["failures"].size(), 2u);
}

TEST(BenchReport, ARunThatFailedBeforeItsFirstFigureHasALineToo) {
  const std::string csv = results_csv("x", {half_failed()});
  EXPECT_NE(csv.find("\"theirs\",2,\"refused\",,,\n"), std::string::npos) << csv;
}

TEST(BenchReport, CsvQuotesWhatMayHoldCommas) {
  CaseResult result = comparison();
  result.title = "pubsub 1:1, 16 \"bytes\"";
  const std::string csv = results_csv("pubsub", {result});
  EXPECT_NE(csv.find("pubsub,\"pubsub 1:1, 16 \"\"bytes\"\"\",\"ours\",1,\"\",\"delivered\",msg/s,"
                     "2000000\n"),
            std::string::npos)
      << csv;
}

}  // namespace
}  // namespace antiphon::fleet::bench
