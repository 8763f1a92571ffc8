#include "fleet/client/fleet_ping.h"

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <string>
#include <thread>

#include "protocol/choria/transport.h"
#include "tests/unit/fleet/scripted_server.h"

namespace antiphon::fleet {
namespace {

PingSettings settings_for(const std::string& urls) {
  PingSettings settings;
  settings.client.servers = *resolve_servers({urls});
  settings.caller = unsigned_caller("alice.mcollective");
  settings.collective = "mcollective";
  settings.timeout_ms = kTestDeadlineMs;
  return settings;
}

std::string reply_from(const std::string& node) {
  choria::Transport transport;
  transport.data = "{}";
  transport.sender = node;
  std::string payload;
  choria::append_transport(transport, payload);
  return "MSG r 1 " + std::to_string(payload.size()) + "\r\n" + payload + "\r\n";
}

struct Outcome {
  absl::StatusOr<PingResult> result = absl::UnknownError("never asked");
  std::string handed_out;  // names, each followed by a blank
};

using React = std::function<void(ScriptedServer::Peer&)>;

// Pings, while the server answers PINGs and does `react` once the request has come.
Outcome ping(const PingSettings& settings, ScriptedServer& server, const React& react) {
  Outcome outcome;
  std::atomic<bool> done = false;
  std::thread client([&] {
    outcome.result = ping_fleet(
        settings, [&](const PingReply& reply) { outcome.handed_out += reply.node + " "; });
    done = true;
  });
  bool reacted = false;
  const bool ended =
      pump_until([&] { return done.load(); },
                 [&] {
                   server.pump();
                   if (server.peers() == 0) return;
                   ScriptedServer::Peer& peer = server.last();
                   for (size_t at; (at = peer.received.find("PING\r\n")) != std::string::npos;) {
                     peer.received.erase(at, 6);
                     peer.send("PONG\r\n");
                   }
                   if (!reacted && peer.has("PUB mcollective.broadcast.agent.discovery ")) {
                     reacted = true;
                     react(peer);
                   }
                 });
  EXPECT_TRUE(ended);
  client.join();
  return outcome;
}

TEST(FleetPing, CollectsRepliesUntilAsManyAsExpectedHaveCome) {
  ScriptedServer server;
  PingSettings settings = settings_for(server.url());
  settings.expect = 2;
  const Outcome outcome = ping(settings, server, [](ScriptedServer::Peer& peer) {
    peer.send(reply_from("web1") + "MSG r 1 3\r\nbad\r\n" + reply_from("web2"));
  });
  ASSERT_TRUE(outcome.result.ok()) << outcome.result.status();
  ASSERT_EQ(outcome.result->replies.size(), 2u);
  EXPECT_EQ(outcome.handed_out, "web1 web2 ");
  EXPECT_EQ(outcome.result->malformed, 1u);
  EXPECT_GE(outcome.result->replies[0].delay_ns, 0);
  EXPECT_EQ(outcome.result->failure, "");
}

TEST(FleetPing, SubscribesToRepliesBeforeItAsks) {
  ScriptedServer server;
  PingSettings settings = settings_for(server.url());
  settings.expect = 1;
  std::string received;
  const Outcome outcome = ping(settings, server, [&](ScriptedServer::Peer& peer) {
    received = peer.received;
    peer.send(reply_from("web1"));
  });
  ASSERT_TRUE(outcome.result.ok()) << outcome.result.status();
  const size_t subscribed = received.find("SUB mcollective.reply.");
  ASSERT_NE(subscribed, std::string::npos);
  EXPECT_LT(subscribed, received.find("PUB "));
}

TEST(FleetPing, StopsWaitingWhenTheTimeIsOver) {
  ScriptedServer server;
  PingSettings settings = settings_for(server.url());
  settings.timeout_ms = 50;
  const Outcome outcome =
      ping(settings, server, [](ScriptedServer::Peer& peer) { peer.send(reply_from("web1")); });
  ASSERT_TRUE(outcome.result.ok()) << outcome.result.status();
  EXPECT_EQ(outcome.result->replies.size(), 1u);
}

TEST(FleetPing, SaysSoWhenTheConnectionBreaks) {
  ScriptedServer server;
  const Outcome outcome = ping(settings_for(server.url()), server,
                               [](ScriptedServer::Peer& peer) { peer.transport.close(); });
  ASSERT_TRUE(outcome.result.ok()) << outcome.result.status();
  EXPECT_EQ(outcome.result->failure, "connected: closed by the server");
}

TEST(FleetPing, SaysSoWhenItMayNotAsk) {
  ScriptedServer server;
  const Outcome outcome = ping(settings_for(server.url()), server, [](ScriptedServer::Peer& peer) {
    peer.send("-ERR 'Permissions Violation for Publish to \"x\"'\r\n");
  });
  ASSERT_TRUE(outcome.result.ok()) << outcome.result.status();
  EXPECT_EQ(outcome.result->failure, "Permissions Violation for Publish to \"x\"");
}

TEST(FleetPing, TriesEveryServerAndNamesEachRefusal) {
  ScriptedServer server;
  ScriptedServer gone;
  gone.stop_listening();
  PingSettings settings = settings_for(gone.url() + "," + server.url());
  settings.expect = 1;
  const Outcome outcome =
      ping(settings, server, [](ScriptedServer::Peer& peer) { peer.send(reply_from("web1")); });
  EXPECT_TRUE(outcome.result.ok()) << outcome.result.status();
  const auto refused = ping_fleet(settings_for(gone.url()), [](const PingReply&) {});
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(std::string(refused.status().message()), gone.url() + ": dial: Connection refused");
}

TEST(FleetPing, AsksEachFederationWithTheSameRequest) {
  ScriptedServer server;
  PingSettings settings = settings_for(server.url());
  settings.federations = {"ams", "nyc"};
  settings.timeout_ms = 50;
  const Outcome outcome = ping(settings, server, [](ScriptedServer::Peer&) {});
  ASSERT_TRUE(outcome.result.ok()) << outcome.result.status();
  server.pump();
  const std::string& said = server.last().received;
  EXPECT_EQ(said.find("PUB mcollective"), std::string::npos);
  const size_t ams = said.find("PUB choria.federation.ams.federation ");
  const size_t nyc = said.find("PUB choria.federation.nyc.federation ");
  ASSERT_NE(ams, std::string::npos);
  ASSERT_NE(nyc, std::string::npos);
  const size_t begin = said.find("\r\n", ams) + 2;
  choria::Transport transport;
  ASSERT_FALSE(choria::parse_transport(said.substr(begin, said.find("\r\n", begin) - begin), transport));
  ASSERT_TRUE(transport.federation.has_value());
  EXPECT_EQ(transport.federation->request_id, outcome.result->request_id);
  EXPECT_EQ(transport.federation->targets,
            std::vector<std::string>{"mcollective.broadcast.agent.discovery"});
}

TEST(FleetPing, RefusesAFederationThatCannotStandInASubject) {
  ScriptedServer server;
  PingSettings settings = settings_for(server.url());
  settings.federations = {"a.b"};
  EXPECT_FALSE(ping_fleet(settings, [](const PingReply&) {}).ok());
}

TEST(FleetPing, RefusesACollectiveThatCannotStandInASubject) {
  ScriptedServer server;
  PingSettings settings = settings_for(server.url());
  settings.collective = "a b";
  EXPECT_FALSE(ping_fleet(settings, [](const PingReply&) {}).ok());
}

}  // namespace
}  // namespace antiphon::fleet
