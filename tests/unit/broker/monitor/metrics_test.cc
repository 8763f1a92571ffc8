#include "broker/monitor/metrics.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "broker/monitor/exposition.h"
#include "tests/unit/broker/monitor/fake_server.h"

namespace antiphon {
namespace {

std::string metrics_of(FakeServer& server) {
  ProcessUsage usage;
  return metrics_text(gather_totals(server, usage, {{"/varz", 2}}));
}

// A server of which every figure is another one.
void fill(FakeServer& server) {
  server.shards_.resize(2);
  ShardCounters& counters = server.shards_[1].counters;
  counters.received = {11, 12};
  counters.sent = {13, 14};
  counters.slow_consumers = 15;
  counters.stale_connections = 16;
  counters.closed[static_cast<size_t>(CloseReason::kParseError)] = 17;
  counters.fences = 18;
  server.shards_[1].sublist = {21, 22, 23, 24, 25};
  server.shards_[1].sessions = 26;
  server.shards_[1].buffer_bytes = 27;
  server.shards_[0].stranger_bytes_max = server.shards_[1].stranger_bytes_max = 30;
  server.shards_[1].stranger_bytes = 29;
  server.total_connections_ = 28;
  server.facts_.tls_cert_not_after_ns = FakeServer::kStartNs;
  server.connect();
}

// Whether a sample's labels have the form {name="value",...}, with the escapes that are allowed.
bool labels_are_good(std::string_view labels) {
  if (labels.empty()) return true;
  if (labels.front() != '{' || labels.back() != '}') return false;
  labels = labels.substr(1, labels.size() - 2);
  while (true) {
    const size_t equals = labels.find("=\"");
    if (equals == 0 || equals == labels.npos) return false;
    for (const char c : labels.substr(0, equals)) {
      if (!(c == '_' || (c >= 'a' && c <= 'z'))) return false;
    }
    labels.remove_prefix(equals + 2);
    size_t end = 0;
    while (end < labels.size() && labels[end] != '"') {
      if (labels[end] == '\n') return false;
      if (labels[end] == '\\') {
        ++end;
        const bool known = end < labels.size() &&
                           std::string_view("\\\"n").find(labels[end]) != std::string_view::npos;
        if (!known) return false;
      }
      ++end;
    }
    if (end == labels.size()) return false;
    labels.remove_prefix(end + 1);
    if (labels.empty()) return true;
    if (labels.front() != ',') return false;
    labels.remove_prefix(1);
  }
}

// Reads the text format: HELP, TYPE, samples, in this order for each name, and each name once.
// Returns the values by name with labels.
std::map<std::string, double> checked(const std::string& text) {
  std::map<std::string, double> values;
  std::set<std::string> seen;
  std::string family;
  std::string type;
  EXPECT_EQ(text.back(), '\n');
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string hash, keyword, name;
    if (line.front() == '#') {
      words >> hash >> keyword >> name;
      if (keyword == "HELP") {
        EXPECT_TRUE(seen.insert(name).second) << "twice: " << name;
        family = name;
        type.clear();
      } else {
        EXPECT_EQ(keyword, "TYPE") << line;
        EXPECT_EQ(name, family) << "HELP and TYPE differ";
        words >> type;
        EXPECT_TRUE(type == "counter" || type == "gauge") << line;
        EXPECT_EQ(type == "counter", name.size() > 6 && name.substr(name.size() - 6) == "_total")
            << line;
      }
      continue;
    }
    const size_t name_end = line.find_first_of("{ ");
    const size_t blank = line.rfind(' ');
    EXPECT_EQ(line.substr(0, name_end), family) << "sample outside its family: " << line;
    EXPECT_FALSE(type.empty()) << line;
    EXPECT_TRUE(labels_are_good(std::string_view(line).substr(name_end, blank - name_end))) << line;
    char* end = nullptr;
    const std::string number = line.substr(blank + 1);
    const double value = std::strtod(number.c_str(), &end);
    EXPECT_EQ(*end, '\0') << line;
    EXPECT_TRUE(values.emplace(line.substr(0, blank), value).second) << "twice: " << line;
  }
  return values;
}

TEST(Metrics, HaveTheTextFormat) {
  FakeServer server;
  fill(server);
  server.facts_.server_name = "a\"b\\c\nd\xFF<é>";
  const auto values = checked(metrics_of(server));
  EXPECT_EQ(values.count("choria_network_in_msgs{identity=\"a\\\"b\\\\c\\nd\uFFFD<é>\"}"), 1u);
}

TEST(Metrics, ShowTheServersFigures) {
  FakeServer server;
  fill(server);
  auto values = checked(metrics_of(server));
  EXPECT_EQ(values["antiphon_received_messages_total"], 11);
  EXPECT_EQ(values["antiphon_received_bytes_total"], 12);
  EXPECT_EQ(values["antiphon_sent_messages_total"], 13);
  EXPECT_EQ(values["antiphon_sent_bytes_total"], 14);
  EXPECT_EQ(values["antiphon_slow_consumers_total"], 15);
  EXPECT_EQ(values["antiphon_stale_connections_total"], 16);
  EXPECT_EQ(values["antiphon_closed_connections_total{reason=\"Parse Error\"}"], 17);
  EXPECT_EQ(values["antiphon_closed_connections_total{reason=\"Client Closed\"}"], 0);
  EXPECT_EQ(values["antiphon_fences_total"], 18);
  EXPECT_EQ(values["antiphon_subscriptions"], 21);
  EXPECT_EQ(values["antiphon_match_cache_hits_total"], 25);
  EXPECT_EQ(values["antiphon_shards"], 2);
  EXPECT_EQ(values["antiphon_shard_sessions{shard=\"1\"}"], 26);
  EXPECT_EQ(values["antiphon_shard_pending_bytes{shard=\"0\"}"], 0);
  EXPECT_EQ(values["antiphon_pending_bytes"], 27);
  EXPECT_EQ(values["antiphon_before_login_bytes"], 29);
  EXPECT_EQ(values["antiphon_before_login_bytes_max"], 60);
  EXPECT_EQ(values["antiphon_shard_before_login_bytes{shard=\"0\"}"], 0);
  EXPECT_EQ(values["antiphon_shard_before_login_bytes{shard=\"1\"}"], 29);
  EXPECT_EQ(values["antiphon_connections"], 1);
  EXPECT_EQ(values["antiphon_connections_total"], 29);
  EXPECT_EQ(values["antiphon_monitoring_requests_total{path=\"/varz\"}"], 2);
  EXPECT_EQ(values["process_start_time_seconds"], 1'795'358'241.5);
  EXPECT_GT(values["process_resident_memory_bytes"], 0);
  EXPECT_GT(values["process_cpu_seconds_total"], 0);
}

TEST(Metrics, HaveEveryReasonForClosing) {
  FakeServer server;
  const auto values = checked(metrics_of(server));
  for (size_t i = 1; i < kCloseReasons; ++i) {
    const std::string reason(close_reason_text(static_cast<CloseReason>(i)));
    EXPECT_EQ(values.count("antiphon_closed_connections_total{reason=\"" + reason + "\"}"), 1u);
  }
}

TEST(Metrics, HaveTheNamesOfChoriasBroker) {
  FakeServer server;
  fill(server);
  server.options_.choria.identity = "broker1";
  auto values = checked(metrics_of(server));
  const std::string identity = "{identity=\"broker1\"}";
  EXPECT_EQ(values["choria_network_connections" + identity], 1);
  EXPECT_EQ(values["choria_network_total_connections" + identity], 29);
  EXPECT_EQ(values["choria_network_in_msgs" + identity], 11);
  EXPECT_EQ(values["choria_network_in_bytes" + identity], 12);
  EXPECT_EQ(values["choria_network_out_msgs" + identity], 13);
  EXPECT_EQ(values["choria_network_out_bytes" + identity], 14);
  EXPECT_EQ(values["choria_network_slow_consumers" + identity], 15);
  EXPECT_EQ(values["choria_network_subscriptions" + identity], 21);
}

TEST(Exposition, WritesHelpTypeAndSamples) {
  std::string text;
  Exposition out(text);
  out.counter("a_total", "Back\\slash, \"quote\"\nand line.");
  out.sample(1, {{"k", "v"}, {"l", "a\"b"}});
  out.sample(2);
  out.gauge("b", "B.");
  out.sample(0.5);
  out.sample(-1);
  EXPECT_EQ(text,
            "# HELP a_total Back\\\\slash, \"quote\"\\nand line.\n# TYPE a_total counter\n"
            "a_total{k=\"v\",l=\"a\\\"b\"} 1\na_total 2\n"
            "# HELP b B.\n# TYPE b gauge\nb 0.5\nb -1\n");
}

}  // namespace
}  // namespace antiphon
