#include "federation/relay/relay.h"

#include <absl/strings/str_cat.h>
#include <gtest/gtest.h>

#include "tests/unit/federation/envelope/transports.h"
#include "tests/unit/federation/relay/relay_stage.h"

namespace antiphon::federation {
namespace {

using fleet::ScriptedServer;

// The hop of a relay between the brokers of a stage, in place of the one in the vectors.
std::string with_urls(std::string_view message, const Stage& stage) {
  std::string out(message);
  for (const auto& [from, to] :
       {std::pair{std::string("[\"nats://fed1:4222\",\"fedbroker1 ("),
                  absl::StrCat("[\"", stage.federation.url(), "\",\"fedbroker1 (")},
        std::pair{std::string("choria_request_transformer:0, choria_nats_egest:0)\",\"nats://dc1:4222\"]"),
                  absl::StrCat("choria_request_transformer:0, choria_nats_egest:0)\",\"",
                               stage.collective.url(), "\"]")}}) {
    const size_t at = out.find(from);
    EXPECT_NE(at, std::string::npos);
    if (at != std::string::npos) out.replace(at, from.size(), to);
  }
  return out;
}

TEST(Relay, SubscribesInTheReferencesGroupsOnceBothSidesAreThere) {
  Stage stage;
  ASSERT_TRUE(stage.connect());
  EXPECT_TRUE(stage.federation.last().has(
      "SUB choria.federation.dc1.federation dc1_federation 1\r\n"));
  EXPECT_TRUE(stage.collective.last().has(
      "SUB choria.federation.dc1.collective dc1_collective 1\r\n"));
  EXPECT_TRUE(stage.relay.report().ready());
  for (ScriptedServer* server : {&stage.federation, &stage.collective}) {
    EXPECT_TRUE(server->last().has(R"("echo":false)")) << "nothing that it sends is for itself";
  }
}

TEST(Relay, PublishesARequestToEachOfItsTargets) {
  Stage stage;
  ASSERT_TRUE(stage.connect());
  stage.request(kRequestV1);
  const std::string expected = with_urls(kRelayedRequestV1, stage);
  const std::string second = published("mcollective.node.web2.example.net", expected);
  ASSERT_TRUE(stage.until([&] { return stage.collective.last().has(second); }));
  EXPECT_TRUE(stage.collective.last().has(published("mcollective.node.web1.example.net", expected)));
  EXPECT_EQ(stage.requests().published, 2u);
  EXPECT_EQ(stage.requests().forwarded, 1u);
}

// Many targets go out as ranges of shared blocks.
TEST(Relay, PublishesToTwoHundredTargetsInOrder) {
  Stage stage;
  ASSERT_TRUE(stage.connect());
  std::string targets;
  for (int i = 0; i < 200; ++i) absl::StrAppend(&targets, i == 0 ? "" : ",", "\"c.node.n", i, "\"");
  stage.request(with_headers(
      absl::StrCat(R"({"reply-to":"c.reply.h.i","federation":{"target":[)", targets, "]}}")));
  ASSERT_TRUE(stage.until([&] { return stage.collective.last().has("PUB c.node.n199 "); }));
  const std::string& received = stage.collective.last().received;
  size_t at = 0;
  for (int i = 0; i < 200; ++i) {
    at = received.find(absl::StrCat("PUB c.node.n", i, " "), at);
    ASSERT_NE(at, std::string::npos) << i;
  }
  EXPECT_EQ(stage.requests().published, 200u);
}

TEST(Relay, PublishesAReplyToWhoAsked) {
  Stage stage;
  ASSERT_TRUE(stage.connect());
  stage.another_takes(kReplyV2Request, kReplyV2Asker);
  stage.reply(kReplyV2);
  const std::string hop = hop_text(Direction::kReply, "fedbroker1", stage.collective.url(),
                                   stage.federation.url());
  const std::string expected = published(
      "choria.reply.f76b6d2a.2yY8BW6nNCiEuCJ7rbWbTmSW74d",
      R"({"protocol":"io.choria.protocol.v2.transport","data":"e30=","headers":{"sender":"web1.example.net","trace":[)" +
          hop + "]}}");
  ASSERT_TRUE(stage.until([&] { return stage.federation.last().has(expected); }))
      << stage.federation.last().received;
  EXPECT_EQ(stage.replies().forwarded, 1u);
}

TEST(Relay, MessagesWithHeadersPassWithoutThem) {
  Stage stage;
  ASSERT_TRUE(stage.connect());
  stage.another_takes(kReplyV2Request, kReplyV2Asker);
  const std::string headers = "NATS/1.0\r\nA: b\r\n\r\n";
  stage.collective.last().send(absl::StrCat("HMSG ", std::string(kCollectiveSubject), " 1 ",
                                            headers.size(), " ", headers.size() + kReplyV2.size(),
                                            "\r\n", headers, std::string(kReplyV2), "\r\n"));
  ASSERT_TRUE(stage.until([&] { return stage.federation.last().has("PUB choria.reply.f76b6d2a"); }));
}

TEST(Relay, WhatIsRefusedIsCountedAndNothingIsPublished) {
  Stage stage;
  ASSERT_TRUE(stage.connect());
  stage.request("nonsense");
  stage.request(with_headers(
      R"({"reply-to":"c.reply.h.i","federation":{"target":["c.node.a","choria.lifecycle.x"]}})"));
  stage.request(with_headers(
      R"({"reply-to":"choria.federation.dc1.federation","federation":{"target":["c.node.a"]}})"));
  stage.reply(with_headers("{}"));
  ASSERT_TRUE(stage.until([&] { return stage.requests().received == 3 && stage.replies().received == 1; }));
  EXPECT_EQ(stage.refused(Direction::kRequest, Refusal::kMalformed), 1u);
  EXPECT_EQ(stage.refused(Direction::kRequest, Refusal::kTargetNotAllowed), 1u);
  EXPECT_EQ(stage.refused(Direction::kRequest, Refusal::kReplyNotAllowed), 1u);
  EXPECT_EQ(stage.refused(Direction::kReply, Refusal::kNotFederated), 1u);
  EXPECT_FALSE(stage.collective.last().has("PUB"));
  EXPECT_FALSE(stage.federation.last().has("PUB"));
}

TEST(Relay, ARequestReachesATargetOnce) {
  Stage stage;
  ASSERT_TRUE(stage.connect());
  stage.request(kRequestV1);
  stage.request(kRequestV1);
  const std::string one_more = with_headers(
      R"({"reply-to":"c.reply.h.i","federation":{"target":["mcollective.node.web1.example.net","c.node.z"]}})");
  stage.request(one_more);
  ASSERT_TRUE(stage.until([&] { return stage.requests().received == 3; }));
  EXPECT_EQ(stage.refused(Direction::kRequest, Refusal::kDuplicate), 1u);
  EXPECT_EQ(stage.requests().published, 3u);
  EXPECT_EQ(stage.requests().duplicate_targets, 3u);
}

TEST(Relay, MessagesBeyondWhatTheOtherBrokerTakesAreRefused) {
  Stage stage;
  ASSERT_TRUE(stage.connect());
  stage.another_takes("", "c.reply.h.i");
  const std::string data(2 << 20, 'A');  // the scripted broker takes 1 MiB
  stage.reply(absl::StrCat(R"({"protocol":"choria:transport:1","data":")", data,
                           R"(","headers":{"federation":{"reply-to":"c.reply.h.i"}}})"));
  ASSERT_TRUE(stage.until([&] { return stage.refused(Direction::kReply, Refusal::kOversize) == 1; }));
  EXPECT_FALSE(stage.federation.last().has("PUB"));
}

TEST(Relay, LeavesTheWorkToOthersWhileOneSideIsAway) {
  Stage stage;
  ASSERT_TRUE(stage.connect());
  stage.collective.last().transport.close();
  ASSERT_TRUE(stage.until([&] { return stage.federation.last().has("UNSUB 1\r\n"); }));
  stage.request(kRequestV1);  // was on its way
  ASSERT_TRUE(stage.until([&] { return stage.requests().received == 1; }));
  EXPECT_EQ(stage.requests().forwarded + stage.refused(Direction::kRequest, Refusal::kLinkDown), 1u);
  ASSERT_TRUE(stage.until([&] { return stage.collective.peers() == 2 && stage.collective.last().has("SUB"); }));
  const std::string& said = stage.federation.last().received;
  EXPECT_GT(said.rfind("SUB choria.federation.dc1.federation"), said.find("UNSUB 1"));
}

TEST(Relay, TriesItsServersInTurnsForEver) {
  ScriptedServer spare;
  Stage stage([&](RelaySettings& settings) {
    auto more = fleet::resolve_servers({spare.url()});
    settings.side(Side::kCollective).servers.push_back(more->at(0));
  });
  stage.collective.stop_listening();
  ASSERT_TRUE(stage.until([&] {
    spare.pump();
    Stage::answer_pings(spare);
    return spare.peers() > 0 && spare.last().has("SUB choria.federation.dc1.collective");
  }));
  EXPECT_TRUE(stage.relay.report().ready());
  EXPECT_EQ(stage.relay.report().sides[1].server, spare.url());
}

TEST(Relay, AComplaintOfABrokerIsCounted) {
  Stage stage;
  ASSERT_TRUE(stage.connect());
  stage.federation.last().send("-ERR 'Permissions Violation for Publish to \"c.reply.x\"'\r\n");
  ASSERT_TRUE(stage.until([&] { return stage.relay.report().sides[0].complaints == 1; }));
  EXPECT_TRUE(stage.relay.report().ready());
}

// It would look well, and nothing would ever come.
TEST(Relay, ABrokerThatForbidsItToServeIsAsOneThatRefusesTheLogin) {
  Stage stage;
  ASSERT_TRUE(stage.connect());
  stage.federation.last().send(
      "-ERR 'Permissions Violation for Subscription to \"choria.federation.dc1.federation\" using "
      "queue \"dc1_federation\"'\r\n");
  ASSERT_TRUE(stage.until([&] { return stage.relay.report().sides[0].failures == 1; }));
  EXPECT_FALSE(stage.relay.report().sides[0].connected);
  ASSERT_TRUE(stage.until([&] { return stage.collective.last().has("UNSUB 1"); }));
  ASSERT_TRUE(stage.until([&] { return stage.federation.peers() == 2 && stage.relay.report().ready(); }));
}

// One that believes nobody; what it does with those it believes: border_test.cc.
TEST(Relay, WhatABorderRefusesIsCountedToldAndNotPublished) {
  std::vector<std::string> records;
  BorderSettings border;
  border.cluster = "dc1";
  Stage stage([](RelaySettings&) {},
              std::make_unique<Border>(std::move(border), [&](std::string line) {
                records.push_back(std::move(line));
              }));
  ASSERT_TRUE(stage.connect());
  EXPECT_EQ(stage.relay.report().carried_over, 0u);
  stage.request(kRequestV1);
  ASSERT_TRUE(stage.until([&] { return stage.federation.last().has("PUB mcollective.reply."); }));
  EXPECT_EQ(stage.relay.report().error_replies, 1u);
  EXPECT_EQ(stage.refused(Direction::kRequest, Refusal::kBorderDenied), 1u);
  EXPECT_FALSE(stage.collective.last().has("PUB"));
  ASSERT_EQ(records.size(), 1u);
  EXPECT_NE(records[0].find("\"decision\":\"border_denied\""), std::string::npos);
  stage.reply(kReplyV1);  // replies are nobody's to judge
  ASSERT_TRUE(stage.until([&] { return stage.replies().forwarded == 1; }));
}

std::string large_request(int number) {
  return absl::StrCat(R"({"protocol":"choria:transport:1","data":")", std::string(256 << 10, 'A'),
                      R"(","headers":{"reply-to":"c.reply.h.i","federation":{"target":["c.node.n)", number,
                      "\"]}}}");
}

// A broker that stands still stops what comes for it, not what goes the other way.
TEST(Relay, ASlowSideIsNotWaitedForByTheOther) {
  Stage stage([](RelaySettings& settings) {
    settings.queue_bytes_max = 8 << 20;
    settings.pause_ms_max = 100;
    settings.replay_entries = 0;
  });
  ASSERT_TRUE(stage.connect());
  stage.another_takes(kReplyV2Request, kReplyV2Asker);
  ASSERT_TRUE(stage.until([&] { return stage.relay.report().asked.heard == 1; }));
  stage.collective.last().reads = false;
  int sent = 0;
  ASSERT_TRUE(stage.until([&] {
    if (stage.federation.last().to_send.size() < (1 << 20)) stage.request(large_request(sent++));
    return stage.relay.report().sides[1].pauses > 0;
  }));
  stage.reply(kReplyV2);
  ASSERT_TRUE(stage.until([&] { return stage.federation.last().has("PUB choria.reply.f76b6d2a"); }));
  // The pause ends, the rest is read and refused, and the queue stays within its bound.
  ASSERT_TRUE(stage.until([&] {
    if (stage.federation.last().to_send.size() < (1 << 20)) stage.request(large_request(sent++));
    return stage.refused(Direction::kRequest, Refusal::kQueueFull) > 0;
  }));
  EXPECT_LE(stage.relay.report().sides[1].queue_bytes_high, 8u << 20);
  // It reads again: everything flows.
  stage.collective.last().reads = true;
  ASSERT_TRUE(stage.until([&] { return stage.relay.report().sides[1].queue_bytes == 0; }));
  const uint64_t before = stage.requests().forwarded;
  stage.request(large_request(sent));
  ASSERT_TRUE(stage.until([&] { return stage.requests().forwarded > before; }));
}

TEST(Relay, ARequestThatIsLargerThanTheQueuePassesWhenNothingWaits) {
  Stage stage([](RelaySettings& settings) { settings.queue_bytes_max = 1 << 20; });
  ASSERT_TRUE(stage.connect());
  std::string targets;
  for (int i = 0; i < 200; ++i) absl::StrAppend(&targets, i == 0 ? "" : ",", "\"c.node.n", i, "\"");
  const std::string data(16 << 10, 'A');
  stage.request(absl::StrCat(R"({"protocol":"choria:transport:1","data":")", data,
                             R"(","headers":{"reply-to":"c.reply.h.i","federation":{"target":[)", targets, "]}}}"));
  ASSERT_TRUE(stage.until([&] { return stage.collective.last().has("PUB c.node.n199 "); }));
  EXPECT_EQ(stage.requests().published, 200u);
  EXPECT_EQ(stage.refused(Direction::kRequest, Refusal::kQueueFull), 0u);
}

TEST(Relay, WhatWaitedForAConnectionThatEndsIsCounted) {
  Stage stage([](RelaySettings& settings) { settings.queue_bytes_max = 64 << 20; });
  ASSERT_TRUE(stage.connect());
  stage.collective.last().reads = false;
  int sent = 0;
  ASSERT_TRUE(stage.until([&] {
    if (stage.federation.last().to_send.size() < (1 << 20)) stage.request(large_request(sent++));
    return stage.relay.report().sides[1].queue_bytes > 0;
  }));
  EXPECT_EQ(stage.relay.report().sides[1].lost_bytes, 0u);
  stage.collective.last().transport.close();
  ASSERT_TRUE(stage.until([&] { return stage.relay.report().sides[1].failures == 1; }));
  EXPECT_GT(stage.relay.report().sides[1].lost_bytes, 0u);
  EXPECT_EQ(stage.relay.report().sides[1].queue_bytes, 0u);
  EXPECT_EQ(stage.relay.report().sides[0].lost_bytes, 0u);
}

TEST(Relay, StopsWhenWhatHasComeIsPassedOn) {
  Stage stage;
  ASSERT_TRUE(stage.connect());
  stage.request(kRequestV1);
  stage.federation.pump();
  stage.relay.stop();
  ASSERT_TRUE(stage.until([&] { return stage.relay.is_stopped(); }));
  stage.collective.pump();
  EXPECT_TRUE(stage.federation.last().has("UNSUB 1\r\n"));
  EXPECT_TRUE(stage.collective.last().has("PUB mcollective.node.web2.example.net"));
}

TEST(Relay, StopsAtOnceWhenNobodyIsThere) {
  Stage stage;
  stage.federation.stop_listening();
  stage.collective.stop_listening();
  for (int i = 0; i < 5; ++i) stage.relay.turn(1);
  stage.relay.stop();
  const int64_t begin_ms = steady_now().ms();
  ASSERT_TRUE(stage.until([&] { return stage.relay.is_stopped(); }));
  EXPECT_LT(steady_now().ms() - begin_ms, 1000);
}

TEST(Relay, ReportsToOtherThreads) {
  Stage stage;
  std::string cluster;
  stage.relay.ask([&](const RelayReport& report) { cluster = report.cluster; });
  stage.relay.turn(0);
  stage.relay.turn(0);
  EXPECT_EQ(cluster, "dc1");
}

}  // namespace
}  // namespace antiphon::federation
