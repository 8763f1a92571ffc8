// Replies are held against requests: those that a relay takes itself, and those that it hears of.
#include <gtest/gtest.h>

#include "tests/sim/played_time.h"
#include "tests/unit/federation/envelope/transports.h"
#include "tests/unit/federation/relay/relay_stage.h"

namespace antiphon::federation {
namespace {

using sim::PlayedTime;

constexpr std::string_view kAsker = "c.reply.h.i";

std::string reply_to(std::string_view asker, std::string_view id) {
  return absl::StrCat(
      R"({"protocol":"choria:transport:1","data":"e30=","headers":{"mc_sender":"n1","federation":{"req":")",
      std::string(id), R"(","reply-to":")", std::string(asker), R"("}}})");
}
std::string reply_v2_to(std::string_view asker, std::string_view id) {
  return absl::StrCat(
      R"({"protocol":"io.choria.protocol.v2.transport","data":"e30=","headers":{"sender":"n1","federation":{"request":")",
      std::string(id), R"(","reply":")", std::string(asker), R"("}}})");
}

// Time passes only when the test says so, and some of it in each step that waits.
struct Asking : Stage {
  explicit Asking(std::function<void(RelaySettings&)> change = [](RelaySettings&) {})
      : Stage([&](RelaySettings& settings) {
          PlayedTime::begin();
          settings.client.clock = PlayedTime::clock();
          settings.client.ping_interval_ms = 3'600'000;
          settings.backoff = {1, 5};
          change(settings);
        }) {}

  template <typename Condition>
  [[nodiscard]] bool until_in_time(Condition condition) {
    return fleet::pump_until(condition, [this] {
      PlayedTime::advance_ms(1);
      step();
    });
  }
  [[nodiscard]] bool serve() {
    return connect() && until_in_time([&] { return relay.report().asked.hearing == Hearing::kYes; });
  }
  // Both have been read.
  [[nodiscard]] bool hear(std::string_view payload) {
    const uint64_t before = asked().heard;
    copy(payload);
    return until_in_time([&] { return asked().heard > before; });
  }
  // Others take requests, long enough to be known.
  [[nodiscard]] bool others_work() {
    for (int i = 0; i < 5; ++i) {
      PlayedTime::advance_ms(OtherMembers::kWhileMs);
      if (!hear(asked_by("others" + std::to_string(i), kAsker))) return false;
    }
    return until_in_time([this] { return asked().others_known; });
  }
  [[nodiscard]] bool take_reply(std::string_view payload) {
    const uint64_t before = replies().received;
    reply(payload);
    return until_in_time([&] { return replies().received > before; });
  }
  void wait_until_late() {
    for (int64_t ms = 0; ms <= EarlyReplies::kMsMax; ms += EarlyReplies::kTurnMsMax) {
      PlayedTime::advance_ms(EarlyReplies::kTurnMsMax);
      step();
    }
  }
  AskedCounts asked() const { return relay.report().asked; }
  uint64_t refused_replies(Refusal refusal) const {
    return refused(Direction::kReply, refusal);
  }
};

TEST(RelayAsked, ListensToAllRequestsOfTheClusterAndToNoOthers) {
  Asking stage;
  ASSERT_TRUE(stage.serve());
  EXPECT_TRUE(stage.federation.last().has("SUB choria.federation.dc1.federation 2\r\n"));
  EXPECT_FALSE(stage.collective.last().has("SUB choria.federation.dc1.collective 2\r\n"));
}

TEST(RelayAsked, AReplyThatNobodyAskedForIsRefusedFromTheFirstMoment) {
  Asking stage;
  ASSERT_TRUE(stage.serve());
  ASSERT_TRUE(stage.take_reply(reply_to(kAsker, "made up")));
  ASSERT_TRUE(stage.take_reply(reply_v2_to(kAsker, "made up")));
  EXPECT_EQ(stage.asked().waiting, 2u);
  stage.wait_until_late();
  EXPECT_EQ(stage.refused_replies(Refusal::kNoRequest), 2u);
  EXPECT_EQ(stage.asked().waiting, 0u);
  EXPECT_EQ(stage.replies().published, 0u);
  EXPECT_FALSE(stage.federation.last().has("PUB"));
}

TEST(RelayAsked, AReplyToWhatItTookPassesAndToNobodyElse) {
  Asking stage;
  ASSERT_TRUE(stage.serve());
  stage.request(Stage::asked_by("r1", kAsker));
  stage.reply(reply_to(kAsker, "r1"));
  ASSERT_TRUE(stage.until_in_time([&] { return stage.replies().forwarded == 1; }));
  ASSERT_TRUE(stage.take_reply(reply_to("c.reply.h.other", "r1")));
  ASSERT_TRUE(stage.take_reply(reply_v2_to("c.reply.h.other", "r1")));
  EXPECT_EQ(stage.refused_replies(Refusal::kOtherAsker), 2u) << "at once";
  ASSERT_TRUE(stage.take_reply(reply_v2_to(kAsker, "r1"))) << "versions of the same";
  EXPECT_EQ(stage.replies().forwarded, 2u);
}

TEST(RelayAsked, AReplyToWhatAnotherTookPasses) {
  Asking stage;
  ASSERT_TRUE(stage.serve());
  ASSERT_TRUE(stage.hear(Stage::asked_by("r1", kAsker)));
  ASSERT_TRUE(stage.take_reply(reply_to(kAsker, "r1")));
  EXPECT_EQ(stage.replies().forwarded, 1u);
  EXPECT_EQ(stage.asked().waited, 0u);
  EXPECT_EQ(stage.requests().received, 0u) << "a copy is no request";
  EXPECT_FALSE(stage.collective.last().has("PUB"));
}

TEST(RelayAsked, AReplyThatOvertakesTheCopyOfItsRequestWaitsForIt) {
  Asking stage;
  ASSERT_TRUE(stage.serve());
  ASSERT_TRUE(stage.take_reply(reply_to(kAsker, "r1")));
  ASSERT_TRUE(stage.take_reply(reply_to("c.reply.h.other", "r1")));
  EXPECT_EQ(stage.asked().waiting, 2u);
  EXPECT_EQ(stage.replies().forwarded, 0u);
  ASSERT_TRUE(stage.hear(Stage::asked_by("r1", kAsker)));
  ASSERT_TRUE(stage.until_in_time([&] { return stage.asked().waiting == 0; }));
  EXPECT_EQ(stage.replies().forwarded, 1u);
  EXPECT_EQ(stage.refused_replies(Refusal::kOtherAsker), 1u);
  EXPECT_EQ(stage.asked().waited, 2u);
}

// What others pass on, and this one would not, is answered too.
TEST(RelayAsked, ACopyIsNotJudgedAsARequestIs) {
  Asking stage([](RelaySettings& settings) { settings.limits.targets_max = 1; });
  ASSERT_TRUE(stage.serve());
  ASSERT_TRUE(stage.hear(with_headers(
      R"({"reply-to":"c.reply.h.i","federation":{"req":"r1","target":["$SYS.x","c.node.a"]}})")));
  ASSERT_TRUE(stage.take_reply(reply_to(kAsker, "r1")));
  EXPECT_EQ(stage.replies().forwarded, 1u);
  for (const std::string& none : {std::string("nonsense"), with_headers(R"({"reply-to":"c.reply.h.i"})"),
                                  with_headers(R"({"federation":{"req":"r2","target":["c.node.a"]}})")}) {
    ASSERT_TRUE(stage.hear(none));
  }
  ASSERT_TRUE(stage.take_reply(reply_to(kAsker, "r2")));
  stage.wait_until_late();
  EXPECT_EQ(stage.refused_replies(Refusal::kNoRequest), 1u);
}

// A request comes twice to who takes it; in either order it is one.
TEST(RelayAsked, WhoTakesAllIsAlone) {
  Asking stage;
  ASSERT_TRUE(stage.serve());
  for (int i = 0; i < 10; ++i) {
    PlayedTime::advance_ms(OtherMembers::kWhileMs);
    const std::string message = Stage::asked_by(std::to_string(i), kAsker);
    if (i % 2 == 0) stage.copy(message);
    stage.request(message);
    if (i % 2 == 1) stage.copy(message);
    ASSERT_TRUE(stage.until_in_time([&, i] {
      return stage.asked().heard == static_cast<uint64_t>(i) + 1 &&
             stage.requests().received == static_cast<uint64_t>(i) + 1;
    }));
  }
  EXPECT_FALSE(stage.asked().others_known);
}

TEST(RelayAsked, ALoneBrokerIsStrictAlsoAfterItsConnectionWasLost) {
  Asking stage;
  ASSERT_TRUE(stage.serve());
  stage.federation.last().transport.close();
  ASSERT_TRUE(stage.until_in_time([&] {
    return stage.federation.peers() == 2 && stage.federation.last().has(" dc1_federation 1\r\n");
  }));
  ASSERT_TRUE(stage.take_reply(reply_to(kAsker, "made up")));
  stage.wait_until_late();
  EXPECT_EQ(stage.refused_replies(Refusal::kNoRequest), 1u);
  EXPECT_EQ(stage.asked().unknown_passed, 0u);
}

TEST(RelayAsked, OneOfSeveralPassesWhatWasAskedBeforeItListened) {
  Asking stage;
  ASSERT_TRUE(stage.serve());
  // Its first replies may be to requests of before its start; when others are seen they pass.
  ASSERT_TRUE(stage.take_reply(reply_to(kAsker, "of before")));
  EXPECT_EQ(stage.asked().waiting, 1u);
  ASSERT_TRUE(stage.others_work());
  ASSERT_TRUE(stage.until_in_time([&] { return stage.replies().forwarded == 1; }));
  EXPECT_EQ(stage.asked().unknown_passed, 1u);
  // A known request's replies go to who asked, and no further.
  ASSERT_TRUE(stage.take_reply(reply_to("c.reply.h.other", "others1")));
  EXPECT_EQ(stage.refused_replies(Refusal::kOtherAsker), 1u);
  // What it does not know after so long was not asked.
  PlayedTime::advance_ms(AskedRequests::kLifeMs);
  stage.step();
  ASSERT_TRUE(stage.take_reply(reply_to(kAsker, "made up")));
  stage.wait_until_late();
  EXPECT_EQ(stage.refused_replies(Refusal::kNoRequest), 1u);
  // It is away for a moment.
  stage.federation.last().transport.close();
  ASSERT_TRUE(stage.until_in_time([&] {
    return stage.federation.peers() == 2 && stage.federation.last().has(" dc1_federation 1\r\n");
  }));
  ASSERT_TRUE(stage.take_reply(reply_to(kAsker, "meanwhile")));
  EXPECT_EQ(stage.replies().forwarded, 2u) << "without waiting";
  EXPECT_EQ(stage.asked().unknown_passed, 2u);
}

// It goes on listening to what is asked.
TEST(RelayAsked, WhatIsAskedWhileTheCollectiveIsAwayIsKnown) {
  Asking stage;
  ASSERT_TRUE(stage.serve());
  stage.collective.last().transport.close();
  ASSERT_TRUE(stage.until_in_time([&] { return stage.federation.last().has("UNSUB 1\r\n"); }));
  EXPECT_FALSE(stage.federation.last().has("UNSUB 2"));
  ASSERT_TRUE(stage.hear(Stage::asked_by("r1", kAsker)));
  ASSERT_TRUE(stage.until_in_time([&] {
    return stage.collective.peers() == 2 && stage.collective.last().has("SUB choria");
  }));
  ASSERT_TRUE(stage.take_reply(reply_to(kAsker, "r1")));
  EXPECT_EQ(stage.replies().forwarded, 1u);
  EXPECT_FALSE(stage.asked().others_known) << "nobody may have taken it";
}

TEST(RelayAsked, WhatHadToBeForgottenIsPassed) {
  Asking stage([](RelaySettings& settings) { settings.asked_entries = AskedRequests::kPerBucket; });
  ASSERT_TRUE(stage.serve());
  for (size_t i = 0; i <= AskedRequests::kPerBucket; ++i) {
    ASSERT_TRUE(stage.hear(Stage::asked_by(std::to_string(i), kAsker)));
  }
  ASSERT_TRUE(stage.take_reply(reply_to(kAsker, "0")));
  EXPECT_EQ(stage.replies().forwarded, 1u);
  EXPECT_EQ(stage.asked().unknown_passed, 1u);
  EXPECT_EQ(stage.asked().forgotten, 1u);
}

TEST(RelayAsked, WhereItMayNotListenRepliesPassAndTheLogSaysSo) {
  Asking stage;
  ASSERT_TRUE(stage.connect());
  stage.federation.last().send(
      "-ERR 'Permissions Violation for Subscription to \"choria.federation.dc1.federation\"'\r\n");
  ASSERT_TRUE(stage.until_in_time([&] { return stage.asked().hearing == Hearing::kForbidden; }));
  EXPECT_TRUE(stage.relay.report().ready());
  EXPECT_EQ(stage.relay.report().sides[0].failures, 0u);
  ASSERT_TRUE(stage.take_reply(reply_to(kAsker, "r1")));
  EXPECT_EQ(stage.replies().forwarded, 1u);
  EXPECT_EQ(stage.asked().unknown_passed, 1u);
  // A broker that names no group has refused both.
  stage.federation.last().send(
      "-ERR 'Permissions Violation for Subscription to \"choria.federation.dc1.federation\"'\r\n");
  ASSERT_TRUE(stage.until_in_time([&] { return stage.relay.report().sides[0].failures == 1; }));
}

TEST(RelayAsked, IsOffWhereRepliesShallPass) {
  Asking stage([](RelaySettings& settings) { settings.unasked_replies = UnaskedReplies::kPass; });
  ASSERT_TRUE(stage.connect());
  EXPECT_FALSE(stage.federation.last().has("SUB choria.federation.dc1.federation 2"));
  ASSERT_TRUE(stage.take_reply(reply_to(kAsker, "r1")));
  ASSERT_TRUE(stage.take_reply(reply_to("c.reply.h.other", "r1")));
  EXPECT_EQ(stage.replies().forwarded, 2u);
  EXPECT_EQ(stage.asked().hearing, Hearing::kOff);
  EXPECT_EQ(stage.asked().unknown_passed, 0u);
}

TEST(RelayAsked, WhatWaitsIsAccountedForWhenItsSideGoes) {
  Asking stage;
  ASSERT_TRUE(stage.serve());
  ASSERT_TRUE(stage.take_reply(reply_to(kAsker, "r1")));
  stage.federation.last().transport.close();
  ASSERT_TRUE(stage.until_in_time([&] { return stage.asked().waiting == 0; }));
  EXPECT_EQ(stage.refused_replies(Refusal::kLinkDown), 1u);
}

TEST(RelayAsked, WhatWaitsIsAccountedForAtTheEnd) {
  Asking stage;
  ASSERT_TRUE(stage.serve());
  ASSERT_TRUE(stage.take_reply(reply_to(kAsker, "r1")));
  stage.relay.stop();
  ASSERT_TRUE(stage.until_in_time([&] { return stage.relay.is_stopped(); }));
  uint64_t refused = 0;
  for (const uint64_t reason : stage.replies().refused) refused += reason;
  EXPECT_EQ(refused, 1u);
}

// A reload puts another relay in its place.
TEST(RelayAsked, WhoTakesOverKnowsWhatWasAskedBefore) {
  Asking before, stage;
  ASSERT_TRUE(before.serve());
  ASSERT_TRUE(before.hear(Stage::asked_by("r1", kAsker)));
  ASSERT_TRUE(stage.serve());
  before.relay.ask_what_was_asked(
      [&](Relay::AskedMemory asked) { stage.relay.learn_what_was_asked(std::move(asked)); });
  ASSERT_TRUE(stage.take_reply(reply_to(kAsker, "r1")));
  for (int i = 0; i < 3; ++i) before.step();
  ASSERT_TRUE(stage.until_in_time([&] { return stage.replies().forwarded == 1; }));
  ASSERT_TRUE(stage.take_reply(reply_to("c.reply.h.other", "r1")));
  EXPECT_EQ(stage.refused_replies(Refusal::kOtherAsker), 1u);
  EXPECT_EQ(stage.asked().unknown_passed, 0u);
}

}  // namespace
}  // namespace antiphon::federation
