#include "broker/monitor/varz.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/unit/broker/monitor/fake_server.h"

namespace antiphon {
namespace {

using Json = nlohmann::json;

Json varz_of(FakeServer& server, RequestCounts requests = {}) {
  ProcessUsage usage;
  ServerTotals totals = gather_totals(server, usage, std::move(requests));
  totals.now_ns = FakeServer::kStartNs + 61 * FakeServer::kSecondNs;
  return Json::parse(varz_json(totals));
}

TEST(Varz, ShowsTheDefaultsOfNatsServer) {
  FakeServer server;
  const Json varz = varz_of(server);
  EXPECT_EQ(varz["max_connections"], 65536);
  EXPECT_EQ(varz["ping_interval"], 120'000'000'000);
  EXPECT_EQ(varz["ping_max"], 2);
  EXPECT_EQ(varz["http_host"], "127.0.0.1");
  EXPECT_EQ(varz["http_base_path"], "");
  EXPECT_EQ(varz["https_port"], 0);
  EXPECT_EQ(varz["auth_timeout"], 2);
  EXPECT_EQ(varz["max_control_line"], 4096);
  EXPECT_EQ(varz["max_payload"], 1048576);
  EXPECT_EQ(varz["max_pending"], 67108864);
  EXPECT_EQ(varz["tls_timeout"], 2);
  EXPECT_EQ(varz["write_deadline"], 10'000'000'000);
  EXPECT_EQ(varz["proto"], 1);
  EXPECT_EQ(varz["jetstream"], Json::object());
}

TEST(Varz, ShowsWhatIsConfigured) {
  FakeServer server;
  server.options_.monitoring.http_port = kRandomPort;
  server.options_.monitoring.host = "::1";
  server.options_.monitoring.base_path = "/nats";
  server.options_.tls.timeout = std::chrono::milliseconds(500);
  server.options_.identity.tags = {"b:2", "a:1"};
  server.options_.identity.metadata = {{"x", "y"}};
  const Json varz = varz_of(server);
  EXPECT_EQ(varz["http_port"], -1);
  EXPECT_EQ(varz["http_host"], "::1");
  EXPECT_EQ(varz["http_base_path"], "/nats");
  EXPECT_EQ(varz["tls_timeout"], 0.5);
  EXPECT_EQ(varz["tags"], Json::array({"b:2", "a:1"}));
  EXPECT_EQ(varz["metadata"]["x"], "y");
}

TEST(Varz, SaysWhatClientsMustBringAlong) {
  FakeServer server;
  EXPECT_FALSE(varz_of(server).contains("auth_required"));
  server.options_.authorization.token = "t0ken";
  server.options_.tls.enabled = true;
  server.options_.tls.verify = true;
  Json varz = varz_of(server);
  EXPECT_EQ(varz["auth_required"], true);
  EXPECT_EQ(varz["tls_required"], true);
  EXPECT_EQ(varz["tls_verify"], true);
  EXPECT_EQ(varz["auth_timeout"], 3);
  server.options_.tls.allow_non_tls = true;
  EXPECT_FALSE(varz_of(server).contains("tls_required"));
}

TEST(Varz, AddsUpTheShards) {
  FakeServer server;
  server.shards_.resize(2);
  for (ShardFacts& shard : server.shards_) {
    shard.counters.received = {3, 30};
    shard.counters.sent = {4, 40};
    shard.counters.slow_consumers = 1;
    shard.counters.stale_connections = 2;
    shard.sublist.subscriptions = 5;
  }
  server.connect();
  server.total_connections_ = 9;
  const Json varz = varz_of(server);
  EXPECT_EQ(varz["gomaxprocs"], 2);
  EXPECT_EQ(varz["in_msgs"], 6);
  EXPECT_EQ(varz["in_client_bytes"], 60);
  EXPECT_EQ(varz["out_client_msgs"], 8);
  EXPECT_EQ(varz["out_bytes"], 80);
  EXPECT_EQ(varz["slow_consumers"], 2);
  EXPECT_EQ(varz["slow_consumer_stats"]["clients"], 2);
  EXPECT_EQ(varz["stale_connections"], 4);
  EXPECT_EQ(varz["stale_connection_stats"]["clients"], 4);
  EXPECT_EQ(varz["subscriptions"], 10);
  EXPECT_EQ(varz["connections"], 1);
  EXPECT_EQ(varz["total_connections"], 9);
}

TEST(Varz, ShowsWhatStrangersLeaveUnfinishedWhereSomebodyMustLogIn) {
  FakeServer server;
  EXPECT_FALSE(varz_of(server).contains("before_login"));
  server.shards_.resize(2);
  for (ShardFacts& shard : server.shards_) shard.stranger_bytes_max = 100;
  server.shards_[0].stranger_bytes = 7;
  server.shards_[1].stranger_bytes = 2;
  EXPECT_EQ(varz_of(server)["before_login"], Json::parse(R"({"bytes":9,"bytes_max":200})"));
}

TEST(Varz, ShowsTimesInNatsServersForms) {
  FakeServer server;
  server.facts_.tls_cert_not_after_ns = FakeServer::kStartNs - FakeServer::kSecondNs / 2;
  const Json varz = varz_of(server);
  EXPECT_EQ(varz["start"], "2026-11-22T14:37:21.5Z");
  EXPECT_EQ(varz["now"], "2026-11-22T14:38:22.5Z");
  EXPECT_EQ(varz["uptime"], "1m1s");
  EXPECT_EQ(varz["tls_cert_not_after"], "2026-11-22T14:37:21Z");
}

TEST(Varz, CountsRequestsByPage) {
  FakeServer server;
  const Json varz = varz_of(server, {{"/varz", 3}, {"/", 1}});
  EXPECT_EQ(varz["http_req_stats"], Json({{"/", 1}, {"/varz", 3}}));
}

TEST(Varz, ListsConnectUrls) {
  FakeServer server;
  server.facts_.connect_urls = {"10.0.0.1:4222"};
  EXPECT_EQ(varz_of(server)["connect_urls"], Json::array({"10.0.0.1:4222"}));
}

}  // namespace
}  // namespace antiphon
