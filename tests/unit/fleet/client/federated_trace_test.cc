#include "fleet/client/federated_trace.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "federation/envelope/error_reply.h"
#include "tests/unit/fleet/scripted_server.h"

namespace antiphon::fleet {
namespace {

TraceSettings settings_for(const ScriptedServer& server, std::vector<std::string> federations) {
  TraceSettings settings;
  settings.client.servers = *resolve_servers({server.url()});
  settings.caller = unsigned_caller("alice.mcollective");
  settings.collective = "mcollective";
  settings.node = "web1.test";
  settings.federations = std::move(federations);
  settings.timeout_ms = kTestDeadlineMs;
  return settings;
}

// What stands between two texts, of what the server has received.
std::string between(const std::string& text, const std::string& begin, char end) {
  const size_t at = text.find(begin);
  EXPECT_NE(at, std::string::npos) << begin;
  return at == std::string::npos ? "" : text.substr(at + begin.size(), text.find(end, at + begin.size()) - at - begin.size());
}

// The request that went to a federation.
choria::Transport asked(const std::string& received, const std::string& federation) {
  const size_t line = received.find("PUB choria.federation." + federation);
  const size_t begin = received.find('{', line);
  choria::Transport request;
  EXPECT_FALSE(choria::parse_transport(received.substr(begin, received.find("\r\n", begin) - begin), request));
  return request;
}

TEST(TraceNode, KeepsTheWayOfEachAnswerAndKnowsWhomNobodyServes) {
  ScriptedServer server;
  const TraceSettings settings = settings_for(server, {"ams", "nyc", "tyo"});
  absl::StatusOr<TraceResult> result = absl::UnknownError("never asked");
  std::atomic<bool> done = false;
  std::thread client([&] {
    result = trace_node(settings);
    done = true;
  });
  bool answered = false;
  ASSERT_TRUE(pump_until([&] { return done.load(); }, [&] {
    server.pump();
    if (server.peers() == 0) return;
    ScriptedServer::Peer& peer = server.last();
    for (size_t at; (at = peer.received.find("PING\r\n")) != std::string::npos;) {
      peer.received.erase(at, 6);
      peer.send("PONG\r\n");
    }
    if (answered || !peer.has("PUB choria.federation.tyo.federation ")) return;
    if (!peer.received.ends_with("}}\r\n")) return;  // the last of them is not whole
    answered = true;
    EXPECT_TRUE(peer.has(".nobody 2\r\n") && peer.has(".nobody 4\r\n")) << "each under a number of its own";
    const choria::Transport request = asked(peer.received, "ams");
    EXPECT_EQ(request.federation->targets, std::vector<std::string>{"mcollective.node.web1.test"});
    ASSERT_EQ(request.seen_by.size(), 1u);
    EXPECT_EQ(request.seen_by[0].in, server.url());
    choria::Transport reply;
    reply.data = "{}";
    reply.sender = "web1.test";
    reply.seen_by = {{"a", "b", "c"}, {"d", "e", "f"}};
    std::string payload;
    choria::append_transport(reply, payload);
    const auto answer = [&](const std::string& reply_to, const char* sid, const std::string& text) {
      peer.send("MSG " + reply_to + " " + sid + " " + std::to_string(text.size()) + "\r\n" + text + "\r\n");
    };
    answer(request.reply_to, "1", payload);
    answer(asked(peer.received, "tyo").reply_to, "5",
           federation::error_reply(choria::TransportVersion::kV1, request.federation->request_id, "fed3",
                                   "rate_limited", 1'750'000'000'000'000'000));
    const std::string nobody = between(peer.received, "PUB choria.federation.nyc.federation ", ' ');
    peer.send("HMSG " + nobody + " 4 16 16\r\nNATS/1.0 503\r\n\r\n\r\n");
  }));
  client.join();
  ASSERT_TRUE(result.ok()) << result.status();
  ASSERT_EQ(result->traces.size(), 3u);
  EXPECT_EQ(result->traces[0].sender, "web1.test");
  EXPECT_EQ(result->traces[0].hops.size(), 2u);
  EXPECT_GE(result->traces[0].delay_ns, 0);
  EXPECT_FALSE(result->traces[0].nobody_listens);
  EXPECT_TRUE(result->traces[1].nobody_listens);
  EXPECT_LT(result->traces[1].delay_ns, 0);
  EXPECT_EQ(result->traces[2].refusal, "rate_limited") << "and it is no answer";
  EXPECT_EQ(result->traces[2].sender, "fed3");
  EXPECT_LT(result->traces[2].delay_ns, 0);
  EXPECT_TRUE(result->traces[0].refusal.empty());
  EXPECT_NE(result->traces[0].request_id, result->traces[1].request_id);
}

TEST(TraceNode, RefusesNamesThatCannotStandInASubject) {
  ScriptedServer server;
  EXPECT_FALSE(trace_node(settings_for(server, {})).ok());
  EXPECT_FALSE(trace_node(settings_for(server, {"a.b"})).ok());
  TraceSettings settings = settings_for(server, {"ams"});
  settings.node = "a b";
  EXPECT_FALSE(trace_node(settings).ok());
  EXPECT_EQ(server.peers(), 0u);
}

}  // namespace
}  // namespace antiphon::fleet
