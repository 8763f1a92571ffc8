#include "broker/system/event_json.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/unit/broker/monitor/fake_server.h"

namespace antiphon {
namespace {

using Json = nlohmann::json;

class EventJsonTest : public testing::Test {
 protected:
  ClientEvent event(ClientEvent::Kind kind) {
    Session& session = server_.connect("client");
    session.details->user = "app";
    session.received = {5, 50};
    session.sent = {7, 70};
    session.rtt_ns = 1000;
    ClientEvent made;
    made.kind = kind;
    made.account_name = "A";
    made.account_tag = "Acme";
    made.facts = facts_of(session, WithSubscriptions::kNo);
    if (kind != ClientEvent::Kind::kConnected) {
      made.facts.stop_ns = made.facts.start_ns + FakeServer::kSecondNs;
      made.facts.reason = CloseReason::kKicked;
    }
    made.wall_ns = FakeServer::kStartNs;
    return made;
  }

  FakeServer server_;
};

TEST_F(EventJsonTest, OneWhoCame) {
  const std::string text =
      client_event_json(event(ClientEvent::Kind::kConnected), "ID", R"({"name":"s"})");
  EXPECT_EQ(text,
            R"({"type":"io.nats.server.advisory.v1.client_connect","id":"ID",)"
            R"("timestamp":"2026-11-22T14:37:21.5Z","server":{"name":"s"},"client":{)"
            R"("start":"2026-11-22T14:37:21.5Z","host":"127.0.0.1","id":1,"acc":"A","user":"app",)"
            R"("name":"client","lang":"cc","ver":"1","name_tag":"Acme","kind":"Client",)"
            R"("client_type":"nats"}})");
}

TEST_F(EventJsonTest, OneWhoWentWithWhatItSentAndGot) {
  const Json json = Json::parse(
      client_event_json(event(ClientEvent::Kind::kDisconnected), "ID", R"({"name":"s"})"));
  EXPECT_EQ(json["type"], "io.nats.server.advisory.v1.client_disconnect");
  EXPECT_EQ(json["client"]["stop"], "2026-11-22T14:37:22.5Z");
  EXPECT_EQ(json["client"]["rtt"], 1000);
  EXPECT_EQ(json["sent"], Json({{"msgs", 5}, {"bytes", 50}}));
  EXPECT_EQ(json["received"], Json({{"msgs", 7}, {"bytes", 70}}));
  EXPECT_EQ(json["reason"], "Kicked");
}

TEST_F(EventJsonTest, NoTextOfAStrangerBreaksIt) {
  ClientEvent strange = event(ClientEvent::Kind::kRefused);
  strange.facts.details.name = "\"},{\n\x01";
  const Json json = Json::parse(client_event_json(strange, "ID", "{}"));
  EXPECT_EQ(json["client"]["name"], "\"},{\n\x01");
}

TEST_F(EventJsonTest, TheConnectionsOfAnAccount) {
  AccountFigures figures{"A", "Acme", 2, 9, {3, 30}, {4, 40}, 1};
  const Json json = Json::parse(connections_event_json(figures, "ID", FakeServer::kStartNs, "{}"));
  EXPECT_EQ(json["type"], "io.nats.server.advisory.v1.account_connections");
  EXPECT_EQ(json["acc"], "A");
  EXPECT_EQ(json["name"], "Acme");
  EXPECT_EQ(json["conns"], 2);
  EXPECT_EQ(json["total_conns"], 2);
  EXPECT_EQ(json["num_subscriptions"], 9);
  EXPECT_EQ(json["received"]["msgs"], 3);
  EXPECT_EQ(json["sent"]["bytes"], 40);
  EXPECT_EQ(json["sent"]["routes"]["msgs"], 0);
  EXPECT_EQ(json["slow_consumers"], 1);
}

TEST_F(EventJsonTest, IdsAreOfDigitsAndLettersAndDiffer) {
  Random random(1);
  const std::string first = new_event_id(random);
  EXPECT_EQ(first.size(), 22u);
  EXPECT_EQ(first.find_first_not_of("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"),
            first.npos);
  EXPECT_NE(first, new_event_id(random));
}

}  // namespace
}  // namespace antiphon
