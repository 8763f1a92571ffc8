#include "fleet/emulator/emulation.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "fleet/client/caller.h"
#include "protocol/bytes/text.h"
#include "protocol/choria/token.h"
#include "protocol/choria/token_claims.h"
#include "protocol/nats/connect_options.h"
#include "tests/unit/fleet/scripted_server.h"

namespace antiphon::fleet {
namespace {

EmulationSettings settings_for(const ScriptedServer& server, uint32_t nodes, unsigned threads) {
  EmulationSettings settings;
  settings.profile.nodes = nodes;
  settings.profile.collectives = {"mcollective"};
  settings.profile.agents = agent_names(kAgentsDefault);
  settings.client.servers = *resolve_servers({server.url()});
  settings.client.timeout_ms = 5000;
  settings.threads = threads;
  return settings;
}

// Lets every client in and answers each PING.
void act_as_broker(ScriptedServer& server) {
  server.pump();
  for (size_t i = 0; i < server.peers(); ++i) {
    ScriptedServer::Peer& peer = server.peer(i);
    for (size_t at; (at = peer.received.find("PING\r\n")) != std::string::npos;) {
      peer.received.replace(at, 6, "+\r\n");
      peer.send("PONG\r\n");
    }
  }
}

[[nodiscard]] bool until_connected(Emulation& fleet, ScriptedServer& server, uint64_t nodes) {
  return pump_until([&] { return fleet.counts().connected == nodes; },
                    [&] { act_as_broker(server); });
}

std::string discovery_payload() {
  choria::Request request;
  request.message = "cGluZw==";
  request.request_id = new_request_id();
  request.sender_id = "bastion";
  request.caller_id = "choria=alice.mcollective";
  request.collective = "mcollective";
  request.agent = "discovery";
  request.time_unix_s = wall_now_ns() / 1'000'000'000;
  return *request_payload(unsigned_caller("alice.mcollective"), request, "r.x");
}

ConnectOptions connect_of(const ScriptedServer::Peer& peer) {
  const size_t begin = peer.received.find('{');
  const size_t end = peer.received.find('\r', begin);
  ConnectOptions options;
  EXPECT_TRUE(parse_connect_options(peer.received.substr(begin, end - begin), options));
  return options;
}
std::string name_in_connect(const ScriptedServer::Peer& peer) { return connect_of(peer).name; }

TEST(EmulationTokens, EachNodeShowsATokenOfItsOwnAndSignsTheNonce) {
  constexpr uint32_t kNodes = 5;
  constexpr std::string_view kNonce = "PXoWU7zWAMt75FY";
  ScriptedServer server([&](ScriptedServer::Peer& peer) {
    peer.send(absl::StrCat("INFO {\"headers\":true,\"max_payload\":1024,\"nonce\":\"", to_absl(kNonce),
                           "\"} \r\n"));
  });
  Ed25519Seed issuer = Ed25519Seed::random();
  const Ed25519PublicKey issuer_key = issuer.public_key();
  EmulationSettings settings = settings_for(server, kNodes, 1);
  settings.token_issuer = std::make_shared<const choria::TokenSigningKey>(std::move(issuer));
  Emulation fleet(std::move(settings));
  fleet.start();
  ASSERT_TRUE(until_connected(fleet, server, kNodes));
  std::set<std::string> keys;
  for (size_t i = 0; i < server.peers(); ++i) {
    const ConnectOptions options = connect_of(server.peer(i));
    choria::Token token;
    ASSERT_EQ(choria::parse_token(options.auth_token, token), choria::TokenFault::kNone);
    EXPECT_TRUE(ed25519_verify(issuer_key, token.signed_text, token.signature));
    choria::ServerClaims claims;
    ASSERT_FALSE(choria::parse_server_claims(token.claims, claims));
    EXPECT_EQ(claims.identity, options.name);
    EXPECT_EQ(claims.collectives, std::vector<std::string>{"mcollective"});
    EXPECT_EQ(choria::token_purpose(claims.standard), choria::TokenPurpose::kServer);
    const auto key = choria::ed25519_from_hex(claims.standard.public_key);
    ASSERT_TRUE(key);
    EXPECT_TRUE(ed25519_verify_text(*key, kNonce, options.sig));
    keys.insert(claims.standard.public_key);
  }
  EXPECT_EQ(keys.size(), kNodes);
}

class EmulationThreads : public testing::TestWithParam<unsigned> {};

TEST_P(EmulationThreads, ConnectsEveryNodeUnderItsOwnNameAndAddress) {
  constexpr uint32_t kNodes = 20;
  ScriptedServer server;
  Emulation fleet(settings_for(server, kNodes, GetParam()));
  fleet.start();
  ASSERT_TRUE(until_connected(fleet, server, kNodes));
  std::set<std::string> names;
  std::set<uint32_t> sources;
  for (size_t i = 0; i < server.peers(); ++i) {
    names.insert(name_in_connect(server.peer(i)));
    sources.insert(server.peer(i).source_ipv4);
    EXPECT_TRUE(server.peer(i).has(".broadcast.agent.discovery 1\r\n"));
    EXPECT_TRUE(server.peer(i).has(" 8\r\n"));
  }
  EXPECT_EQ(names.size(), kNodes);
  EXPECT_EQ(*names.begin(), "node1.emulated.example.net");
  EXPECT_EQ(sources.size(), kNodes);
}

TEST_P(EmulationThreads, AnswersABroadcastOnceFromEachNode) {
  constexpr uint32_t kNodes = 20;
  ScriptedServer server;
  Emulation fleet(settings_for(server, kNodes, GetParam()));
  fleet.start();
  ASSERT_TRUE(until_connected(fleet, server, kNodes));
  const std::string payload = discovery_payload();
  for (size_t i = 0; i < server.peers(); ++i) {
    server.peer(i).received.clear();
    server.peer(i).send("MSG mcollective.broadcast.agent.discovery 1 " +
                        std::to_string(payload.size()) + "\r\n" + payload + "\r\n");
  }
  ASSERT_TRUE(
      pump_until([&] { return fleet.counts().replies == kNodes; }, [&] { act_as_broker(server); }));
  act_as_broker(server);
  for (size_t i = 0; i < server.peers(); ++i) {
    EXPECT_EQ(server.peer(i).received.rfind("PUB r.x ", 0), 0u) << server.peer(i).received;
  }
  fleet.stop();
  EXPECT_EQ(fleet.counts().requests, 1u);
  EXPECT_EQ(fleet.counts().messages, kNodes);
}

INSTANTIATE_TEST_SUITE_P(OneAndMore, EmulationThreads, testing::Values(1u, 3u));

TEST(Emulation, ComesBackAfterTheServerHasCutItOff) {
  ScriptedServer server;
  Emulation fleet(settings_for(server, 3, 1));
  fleet.start();
  ASSERT_TRUE(until_connected(fleet, server, 3));
  for (size_t i = 0; i < 3; ++i) server.peer(i).transport.close();
  ASSERT_TRUE(pump_until([&] { return fleet.counts().lost == 3 && fleet.counts().connected == 3; },
                         [&] { act_as_broker(server); }));
  EXPECT_EQ(fleet.counts().failures.by_text().at("connected: closed by the server"), 3u);
}

TEST(Emulation, CountsWhyNodesCannotConnect) {
  ScriptedServer server([](ScriptedServer::Peer& peer) {
    peer.send(std::string(kPlainInfo) + "-ERR 'Authorization Violation'\r\n");
  });
  Emulation fleet(settings_for(server, 5, 1));
  fleet.start();
  ASSERT_TRUE(
      pump_until([&] { return fleet.counts().failures.total() >= 5; }, [&] { server.pump(); }));
  fleet.stop();
  const EmulationCounts counts = fleet.counts();
  EXPECT_EQ(counts.connected, 0u);
  EXPECT_EQ(counts.failures.by_text().begin()->first, "login: Authorization Violation");
}

TEST(Emulation, DialsNoMoreAtATimeThanItMay) {
  ScriptedServer server([](ScriptedServer::Peer&) {});  // accepts and says nothing
  EmulationSettings settings = settings_for(server, 50, 1);
  settings.concurrent_max = 4;
  Emulation fleet(settings);
  fleet.start();
  ASSERT_TRUE(pump_until([&] { return server.peers() == 4 && fleet.counts().dials == 4; },
                         [&] { server.pump(); }));
  for (int i = 0; i < 100; ++i) server.pump();
  EXPECT_EQ(server.peers(), 4u);
}

TEST(Emulation, ClosesEveryConnectionWhenItIsStopped) {
  ScriptedServer server;
  Emulation fleet(settings_for(server, 5, 2));
  fleet.start();
  ASSERT_TRUE(until_connected(fleet, server, 5));
  fleet.stop();
  EXPECT_EQ(fleet.counts().connected, 5u);  // as it was until then
  server.pump();
  for (size_t i = 0; i < server.peers(); ++i) EXPECT_TRUE(server.peer(i).ended);
}

}  // namespace
}  // namespace antiphon::fleet
