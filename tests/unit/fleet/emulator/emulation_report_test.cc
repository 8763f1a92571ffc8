#include "fleet/emulator/emulation_report.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

namespace antiphon::fleet {
namespace {

EmulationCounts counts() {
  EmulationCounts made;
  made.nodes = 2000;
  made.connected = 1998;
  made.replies = 7;
  made.failures.add("tls: timed out", 2);
  made.failures.add("dial: Connection refused", 30);
  made.complaints.add("Permissions Violation");
  return made;
}

TEST(EmulationReport, SaysHowManyAreThere) {
  EmulationCounts made = counts();
  EXPECT_EQ(ready_line(made, 60.02), "not ready: 1998 of 2000 nodes connected after 60.0 s");
  made.connected = 2000;
  EXPECT_EQ(ready_line(made, 3.24), "ready: 2000 of 2000 nodes connected in 3.2 s");
}

TEST(EmulationReport, ListsTheMostFrequentFailureFirst) {
  EXPECT_EQ(failure_lines(counts()),
            "      30 x dial: Connection refused\n"
            "       2 x tls: timed out\n"
            "       1 x complaint: Permissions Violation\n");
  EXPECT_EQ(failure_lines({}), "");
}

TEST(EmulationReport, IsOneLineOfJson) {
  EmulationCounts made = counts();
  made.failures.add("odd \xff \n bytes");
  const std::string text = emulation_json(made, {3.5, 10, 1.25});
  EXPECT_EQ(text.find('\n'), std::string::npos);
  const auto json = nlohmann::json::parse(text);
  EXPECT_EQ(json["connected"], 1998);
  EXPECT_EQ(json["ready_seconds"], 3.5);
  EXPECT_EQ(json["failures"]["tls: timed out"], 2);
  EXPECT_TRUE(nlohmann::json::parse(emulation_json(made, {}))["ready_seconds"].is_null());
}

TEST(EmulationCounts, AddUpOverThreads) {
  EmulationCounts sum = counts();
  sum.requests = 3;
  sum.last_connected_ns = 10;
  EmulationCounts other = counts();
  other.requests = 2;
  other.last_connected_ns = 20;
  sum.add(other);
  EXPECT_EQ(sum.nodes, 4000u);
  EXPECT_EQ(sum.replies, 14u);
  EXPECT_EQ(sum.requests, 3u);  // the same broadcasts
  EXPECT_EQ(sum.last_connected_ns, 20);
  EXPECT_EQ(sum.failures.by_text().at("tls: timed out"), 4u);
}

}  // namespace
}  // namespace antiphon::fleet
