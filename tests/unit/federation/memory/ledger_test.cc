#include "federation/memory/ledger.h"

#include <gtest/gtest.h>

#include <string>

namespace antiphon::federation {
namespace {

constexpr int64_t kAbsenceMs = 1000;
constexpr int64_t kHereMs = 50'000;
constexpr int64_t kStart = 100'000;  // long after the connection was made

Ledger ledger(PlacementMode mode = PlacementMode::kOn, size_t nodes_max = 100) {
  return Ledger({.placement = mode,
                 .absence_ms = kAbsenceMs,
                 .settle_ms = kAbsenceMs,
                 .absences = 1024,
                 .nodes_max = nodes_max,
                 .here_ms = kHereMs,
                 .requests = 4},
                1);
}

int64_t at(int64_t ms) { return ms * 1'000'000; }

TransportView request(std::string_view id, std::vector<std::string_view> targets) {
  TransportView made;
  made.request_id = id;
  made.targets = std::move(targets);
  return made;
}
TransportView reply(std::string_view id, std::string_view sender) {
  TransportView made;
  made.request_id = id;
  made.sender = sender;
  return made;
}

TEST(Ledger, OnlyWhatNobodyListensToIsElsewhere) {
  Ledger made = ledger();
  EXPECT_FALSE(made.is_elsewhere("c.node.a", kStart)) << "what is unknown is asked";
  made.nobody_listens(made.key_of("c.node.a"), kStart);
  EXPECT_TRUE(made.is_elsewhere("c.node.a", kStart));
  EXPECT_FALSE(made.is_elsewhere("c.node.b", kStart));
  EXPECT_FALSE(made.is_elsewhere("c.node.a", kStart + kAbsenceMs)) << "it may have come meanwhile";
}

TEST(Ledger, WhoHasAnsweredIsAlwaysAsked) {
  Ledger made = ledger();
  made.reply_passed(reply(R"("r")", R"("a")"), at(kStart));
  made.nobody_listens(made.key_of("c.node.a"), kStart + 1);
  EXPECT_FALSE(made.is_elsewhere("c.node.a", kStart + 1)) << "it is away for a moment";
  const int64_t later = kStart + kHereMs;
  made.nobody_listens(made.key_of("c.node.a"), later);
  EXPECT_TRUE(made.is_elsewhere("c.node.a", later)) << "it has moved";
}

TEST(Ledger, ANodeThatStartsIsAskedAtOnce) {
  Ledger made = ledger();
  made.nobody_listens(made.key_of("c.node.a"), kStart);
  made.node_gave(LifeSign::kStartup, "a", kStart + 1);
  EXPECT_FALSE(made.is_elsewhere("c.node.a", kStart + 1));
}

TEST(Ledger, EverySignOfLifeButTheLastKeepsANodeIn) {
  for (const LifeSign sign : {LifeSign::kStartup, LifeSign::kAlive, LifeSign::kRegistration}) {
    Ledger made = ledger();
    made.nobody_listens(made.key_of("c.node.a"), kStart);
    made.node_gave(sign, "a", kStart + 1);
    EXPECT_FALSE(made.is_elsewhere("c.node.a", kStart + 1)) << life_sign_name(sign);
    EXPECT_EQ(made.facts("c.node.a", kStart + 3).heard_ms_ago, 2);
    EXPECT_EQ(made.counts(kStart + 1).here, 1u);
    EXPECT_EQ(made.counts(kStart + 1).signs[static_cast<size_t>(sign)], 1u);
  }
}

TEST(Ledger, ANodeThatEndsIsUnknownAgainAndNotAbsent) {
  Ledger made = ledger();
  made.nobody_listens(made.key_of("c.node.a"), kStart - 1);
  made.node_gave(LifeSign::kRegistration, "a", kStart);
  made.node_gave(LifeSign::kShutdown, "a", kStart + 1);
  EXPECT_EQ(made.facts("c.node.a", kStart + 1).heard_ms_ago, -1);
  EXPECT_EQ(made.counts(kStart + 1).here, 0u);
  EXPECT_FALSE(made.is_elsewhere("c.node.a", kStart + 1)) << "only a new answer of the broker takes it out";
  made.nobody_listens(made.key_of("c.node.a"), kStart + 2);
  EXPECT_TRUE(made.is_elsewhere("c.node.a", kStart + 2)) << "and nothing keeps it in any more";
  made.node_gave(LifeSign::kShutdown, "b", kStart + 3);
  EXPECT_EQ(made.counts(kStart + 3).names, 1u) << "who was never there needs no name for it";
}

TEST(Ledger, ASignThatNamesNobodyIsCountedAndNothingElse) {
  Ledger made = ledger();
  made.node_gave(LifeSign::kAlive, "", kStart);
  EXPECT_EQ(made.counts(kStart).nameless, 1u);
  EXPECT_EQ(made.counts(kStart).names, 0u);
  EXPECT_EQ(made.counts(kStart).signs[static_cast<size_t>(LifeSign::kAlive)], 0u);
}

TEST(Ledger, NothingIsLearnedWhileNodesComeBackToANewBroker) {
  Ledger made = ledger();
  made.nobody_listens(made.key_of("c.node.a"), kStart);
  made.collective_opened(kStart + 10);
  EXPECT_FALSE(made.is_elsewhere("c.node.a", kStart + 10));
  made.nobody_listens(made.key_of("c.node.a"), kStart + 10 + kAbsenceMs - 1);
  EXPECT_FALSE(made.is_elsewhere("c.node.a", kStart + 10 + kAbsenceMs - 1));
  made.nobody_listens(made.key_of("c.node.a"), kStart + 10 + kAbsenceMs);
  EXPECT_TRUE(made.is_elsewhere("c.node.a", kStart + 10 + kAbsenceMs));
}

TEST(Ledger, BroadcastsAreNeverLeftOutAndWatchingLeavesNothingOut) {
  Ledger made = ledger();
  made.nobody_listens(made.key_of("c.broadcast.agent.a"), kStart);
  EXPECT_FALSE(made.is_elsewhere("c.broadcast.agent.a", kStart));
  Ledger watching = ledger(PlacementMode::kWatch);
  watching.nobody_listens(watching.key_of("c.node.a"), kStart);
  EXPECT_FALSE(watching.is_elsewhere("c.node.a", kStart));
  EXPECT_EQ(watching.facts("c.node.a", kStart + 5).absent_ms_ago, 5);
  EXPECT_FALSE(ledger(PlacementMode::kOff).learns());
}

TEST(Ledger, RequestsAndTheirRepliesMeet) {
  Ledger made = ledger();
  made.request_came(request(R"("r1")", {"c.node.a", "c.node.b", "c.broadcast.agent.x"}),
                    {.published = 2, .elsewhere = 1}, at(kStart));
  made.request_came(request(R"("r1")", {"c.node.d.e"}), {.refusal = Refusal::kRateLimited}, at(kStart + 1));
  made.reply_passed(reply(R"("r1")", R"("b")"), at(kStart + 2));
  made.reply_passed(reply(R"("r2")", R"("a")"), at(kStart + 3));
  const RequestRecord* record = made.find_request("r1");
  ASSERT_NE(record, nullptr);
  EXPECT_EQ(record->messages, 2u);
  EXPECT_EQ(record->targets, 4u);
  EXPECT_EQ(record->broadcasts, 1u);
  EXPECT_EQ(record->published, 2u);
  EXPECT_EQ(record->elsewhere, 1u);
  EXPECT_EQ(record->refused, 1u);
  EXPECT_EQ(record->refusal, Refusal::kRateLimited);
  EXPECT_EQ(record->asked.count(), 3u);
  EXPECT_TRUE(record->asked.has(made.nodes().find("d.e")));
  EXPECT_EQ(record->replies, 1u);
  EXPECT_TRUE(record->answered.has(made.nodes().find("b")));
  EXPECT_FALSE(record->answered.has(made.nodes().find("a")));
  EXPECT_EQ(record->first_reply_ns, at(kStart + 2));
  ASSERT_NE(made.find_request("r2"), nullptr) << "its request went through another broker";
  EXPECT_EQ(made.find_request("r2")->messages, 0u);
}

TEST(Ledger, ForgedTargetsFillNoMemory) {
  Ledger made = ledger();
  made.request_came(request(R"("r1")", {"c.node.a"}), {.refusal = Refusal::kTargetNotAllowed}, at(kStart));
  EXPECT_EQ(made.nodes().size(), 0u);
  EXPECT_EQ(made.find_request("r1")->refused, 1u);
}

TEST(Ledger, NamesThatNeedDecodingAreNone) {
  Ledger made = ledger();
  made.reply_passed(reply(R"("r\u0031")", R"("a\"b")"), at(kStart));
  EXPECT_EQ(made.nodes().size(), 0u);
  EXPECT_EQ(plain_text(R"("a")"), "a");
  EXPECT_EQ(plain_text(""), "");
  EXPECT_EQ(plain_text("\""), "");
}

TEST(Ledger, WhenNamesRunOutThoseWhoHaveNotAnsweredGo) {
  Ledger made = ledger(PlacementMode::kOn, 3);
  made.reply_passed(reply(R"("r")", R"("here")"), at(kStart));
  made.request_came(request(R"("r")", {"c.node.x", "c.node.y", "c.node.z"}), {.published = 3}, at(kStart));
  EXPECT_NE(made.nodes().find("here"), kNoNode);
  EXPECT_EQ(made.nodes().find("x"), kNoNode);
  EXPECT_EQ(made.find_request("r"), nullptr) << "numbers of its nodes are void";
  EXPECT_EQ(made.counts(kStart).compactions, 1u);
  made.request_came(request(R"("s")", {"c.node.u", "c.node.v", "c.node.w"}), {.published = 3}, at(kStart));
  EXPECT_EQ(made.counts(kStart).compactions, 1u) << "not again so soon";
  EXPECT_GE(made.counts(kStart).unnamed, 1u);
  EXPECT_EQ(made.nodes().size(), 3u);
}

TEST(Ledger, NodesOfTargets) {
  EXPECT_EQ(node_of_target("c.node.web1.example.net"), "web1.example.net");
  for (const char* other : {"", "c", "c.nodes.a", "c.broadcast.agent.a", "c.x.node.a", "c.node"}) {
    EXPECT_EQ(node_of_target(other), "") << other;
  }
}

}  // namespace
}  // namespace antiphon::federation
