#include "federation/envelope/admit.h"

#include <gtest/gtest.h>

#include "tests/unit/federation/envelope/transports.h"

namespace antiphon::federation {
namespace {

Admission admission(std::string_view identity) {
  return {.own_hops = OwnHops(identity)};
}

TransportView scanned(std::string_view message) {
  TransportView view;
  EXPECT_EQ(scan_transport(message, {}, view), Refusal::kNone);
  return view;
}

Refusal request(std::string_view message, std::string_view identity = "fed1") {
  return admit_request(scanned(message), admission(identity));
}
Refusal reply(std::string_view message, std::string_view identity = "fed1") {
  return admit_reply(scanned(message), admission(identity));
}

std::string request_to(std::string_view target, std::string_view reply_to = "c.reply.h.i") {
  return with_headers(R"({"reply-to":")" + std::string(reply_to) + R"(","federation":{"target":[")" +
                      std::string(target) + R"("]}})");
}

TEST(Admit, WhatClientsAndNodesSend) {
  EXPECT_EQ(request(kRequestV1), Refusal::kNone);
  EXPECT_EQ(request(kRequestV2), Refusal::kNone);
  EXPECT_EQ(reply(kReplyV1), Refusal::kNone);
  EXPECT_EQ(reply(kReplyV2), Refusal::kNone);
}

TEST(Admit, RequestsMustBeWhole) {
  EXPECT_EQ(request(with_headers(R"({"reply-to":"c.reply.h.i"})")), Refusal::kNotFederated);
  EXPECT_EQ(request(with_headers(R"({"reply-to":"c.reply.h.i","federation":{}})")), Refusal::kNoTargets);
  EXPECT_EQ(request(with_headers(R"({"reply-to":"c.reply.h.i","federation":{"target":[]}})")),
            Refusal::kNoTargets);
  EXPECT_EQ(request(with_headers(R"({"federation":{"target":["c.node.a"]}})")), Refusal::kNoReply);
}

TEST(Admit, ForgedTargetsRefuseTheWholeRequest) {
  EXPECT_EQ(request(request_to("c.node.a")), Refusal::kNone);
  for (const char* target : {"choria.lifecycle.event.x", "choria.federation.dc1.federation", "", "c.node.>",
                             "c.reply.h.i", "$JS.API.STREAM.DELETE.X", "c.node.a b"}) {
    EXPECT_EQ(request(request_to(target)), Refusal::kTargetNotAllowed) << target;
    EXPECT_EQ(request(request_to(std::string("c.node.a\",\"") + target)), Refusal::kTargetNotAllowed);
  }
}

TEST(Admit, NothingIsSentToWhatIsListenedToHere) {
  Admission hears = admission("fed1");
  hears.heard = {"*.broadcast.agent.registration", "c.node.a"};
  EXPECT_EQ(admit_request(scanned(request_to("c.node.b")), hears), Refusal::kNone);
  for (const char* target : {"c.node.a", "c.broadcast.agent.registration", "c.node.b\",\"c.node.a"}) {
    EXPECT_EQ(admit_request(scanned(request_to(target)), hears), Refusal::kTargetNotAllowed) << target;
  }
}

TEST(Admit, ForgedReplySubjectsAreRefusedOnBothWays) {
  for (const char* subject : {"dev.null", "c.node.a", "choria.federation.dc1.collective",
                              "choria.federation.dc1.federation", "c.reply.>", "$SYS.reply.x"}) {
    EXPECT_EQ(request(request_to("c.node.a", subject)), Refusal::kReplyNotAllowed) << subject;
    EXPECT_EQ(reply(with_headers(R"({"federation":{"reply-to":")" + std::string(subject) + R"("}})")),
              Refusal::kReplyNotAllowed)
        << subject;
  }
}

TEST(Admit, RepliesWithoutAFederationHeaderAreRefused) {
  EXPECT_EQ(reply(with_headers("{}")), Refusal::kNotFederated);
  EXPECT_EQ(reply(with_headers(R"({"federation":{"req":"1"}})")), Refusal::kNoReply);
}

TEST(Admit, NothingPassesTheSameBrokerTwiceInOneDirection) {
  EXPECT_EQ(reply(kReplyV1, "fedbroker1"), Refusal::kNone) << "its request came this way";
  std::string again(kRelayedReplyV1);
  again.insert(again.size() - 2, R"(,"federation":{"reply-to":"c.reply.h.i"})");
  EXPECT_EQ(reply(again, "fedbroker1"), Refusal::kLoop);
  EXPECT_EQ(reply(again, "fedbroker2"), Refusal::kNone);
  std::string request_again(kRelayedRequestV1);
  const size_t at = request_again.find(R"("reply-to":"mcollective.reply)");
  request_again.insert(at, R"("target":["c.node.a"],)");
  request_again.replace(request_again.find("choria.federation.dc1.collective"), 32, "c.reply.h.i");
  EXPECT_EQ(request(request_again, "fedbroker1"), Refusal::kLoop);
  EXPECT_EQ(request(request_again, "fedbroker2"), Refusal::kNone);
}

}  // namespace
}  // namespace antiphon::federation
