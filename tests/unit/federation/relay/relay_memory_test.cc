// What a relay remembers, and what it does because of it: placement, rates, errors to the asker,
// records of requests; and the events that go up.
#include <gtest/gtest.h>

#include "protocol/choria/transport.h"
#include "tests/unit/federation/envelope/transports.h"
#include "tests/unit/federation/relay/relay_stage.h"

namespace antiphon::federation {
namespace {

constexpr int64_t kHour = 3'600'000;

void with_placement(RelaySettings& settings) {
  settings.ledger.placement = PlacementMode::kOn;
  settings.ledger.absence_ms = kHour;
  settings.ledger.settle_ms = 0;
  settings.ledger.absences = 1024;
}

int made = 0;
// Each has data of its own, so that none is a duplicate.
std::string request_to(std::string_view target, std::string_view id = "r1") {
  const std::string number = std::to_string(10'000'000 + ++made);
  return absl::StrCat(R"({"protocol":"choria:transport:1","data":")", number,
                      R"(","headers":{"reply-to":"c.reply.h.i","federation":{"req":")",
                      std::string(id), R"(","target":[")", std::string(target), R"("]}}})");
}
std::string reply_of(std::string_view node, std::string_view id = "r1") {
  return absl::StrCat(R"({"protocol":"choria:transport:1","data":"e30=","headers":{"mc_sender":")",
                      std::string(node), R"(","federation":{"req":")", std::string(id),
                      R"(","reply-to":"c.reply.h.i"}}})");
}

TEST(RelayPlacement, IsOffUnlessItIsAskedFor) {
  Stage stage;
  ASSERT_TRUE(stage.connect());
  EXPECT_FALSE(stage.collective.last().has("absent"));
  stage.request(request_to("c.node.a"));
  ASSERT_TRUE(stage.until([&] { return stage.collective.last().has("PUB c.node.a "); }));
  EXPECT_FALSE(stage.collective.last().has("PUB c.node.a choria"));
}

TEST(RelayPlacement, WhatNobodyListensToIsLeftOutAndTheRestIsNot) {
  Stage stage(with_placement);
  ASSERT_TRUE(stage.connect());
  stage.request(request_to("c.node.a"));
  ASSERT_TRUE(stage.until([&] { return stage.requests().published == 1; }));
  ASSERT_TRUE(stage.until([&] { return stage.collective.last().has("PUB c.node.a "); }));
  stage.nobody_listens("PUB c.node.a ");
  ASSERT_TRUE(stage.until([&] { return stage.relay.report().placement.told == 1; }));
  stage.request(request_to("c.node.a\",\"c.node.b\",\"c.broadcast.agent.a"));
  ASSERT_TRUE(stage.until([&] { return stage.requests().published == 3; }));
  EXPECT_EQ(stage.requests().elsewhere_targets, 1u);
  ASSERT_TRUE(stage.until([&] { return stage.collective.last().has("PUB c.broadcast.agent.a "); }));
  EXPECT_FALSE(stage.collective.last().has("PUB c.broadcast.agent.a choria")) << "only nodes are asked for";
  // Nothing is left: no fault, and the asker hears nothing.
  stage.request(request_to("c.node.a"));
  ASSERT_TRUE(stage.until([&] { return stage.refused(Direction::kRequest, Refusal::kElsewhere) == 1; }));
  EXPECT_EQ(stage.relay.report().error_replies, 0u);
  EXPECT_EQ(stage.relay.report().placement.absent, 1u);
  EXPECT_TRUE(stage.relay.target_report("c.node.a").facts.left_out);
  EXPECT_FALSE(stage.relay.target_report("c.node.b").facts.left_out);
}

TEST(RelayPlacement, ANodeThatAnswersOrStartsIsAskedAgain) {
  for (const bool starts : {false, true}) {
    Stage stage(with_placement);
    ASSERT_TRUE(stage.connect());
    stage.request(request_to("c.node.a"));
    ASSERT_TRUE(stage.until([&] { return stage.collective.last().has("PUB c.node.a "); }));
    stage.nobody_listens("PUB c.node.a ");
    ASSERT_TRUE(stage.until([&] { return stage.relay.target_report("c.node.a").facts.left_out; }));
    if (starts) {
      const std::string started = R"({"specversion":"1.0","data":{"identity":"a","component":"server"}})";
      stage.collective.last().send(absl::StrCat("MSG choria.lifecycle.event.startup.server 3 ",
                                                started.size(), "\r\n", started, "\r\n"));
    } else {
      stage.reply(reply_of("a"));
    }
    ASSERT_TRUE(stage.until([&] { return !stage.relay.target_report("c.node.a").facts.left_out; }));
    stage.request(request_to("c.node.a"));
    ASSERT_TRUE(stage.until([&] { return stage.requests().published == 2; }));
  }
}

void event(Stage& stage, std::string_view subject, int sid, std::string_view payload) {
  stage.collective.last().send(absl::StrCat("MSG ", std::string(subject), " ", sid, " ", payload.size(),
                                            "\r\n", std::string(payload), "\r\n"));
}

constexpr std::string_view kRegistration =
    R"({"protocol":"io.choria.protocol.v2.transport","data":"e30=","headers":{"reply":"dev.null","sender":"a"}})";

TEST(RelayPlacement, ListensToWhatNodesSayOfThemselves) {
  Stage stage([](RelaySettings& settings) {
    with_placement(settings);
    settings.hears_lifecycle = true;
    settings.registrations = {"*.broadcast.agent.registration"};
  });
  ASSERT_TRUE(stage.connect());
  for (const char* line : {"SUB choria.lifecycle.event.startup.* 3\r\n", "SUB choria.lifecycle.event.alive.server 4\r\n",
                           "SUB choria.lifecycle.event.shutdown.server 5\r\n", "SUB *.broadcast.agent.registration 6\r\n"}) {
    EXPECT_TRUE(stage.collective.last().has(line)) << line;
  }
  const auto left_out = [&] { return stage.relay.target_report("c.node.a").facts.left_out; };
  const auto nobody_listens = [&] {
    stage.request(request_to("c.node.a"));
    ASSERT_TRUE(stage.until([&] { return stage.collective.last().has("PUB c.node.a "); }));
    stage.nobody_listens("PUB c.node.a ");
  };
  nobody_listens();
  ASSERT_TRUE(stage.until(left_out));
  event(stage, "mcollective.broadcast.agent.registration", 6, kRegistration);
  ASSERT_TRUE(stage.until([&] { return !left_out(); })) << "it is there at once";
  event(stage, "choria.lifecycle.event.shutdown.server", 5, R"({"data":{"identity":"a"}})");
  ASSERT_TRUE(stage.until([&] { return stage.relay.target_report("c.node.a").facts.heard_ms_ago < 0; }));
  EXPECT_FALSE(left_out()) << "what the broker said before is out of date";
  // Again and again: it must not be said in the millisecond in which the node was last heard from.
  ASSERT_TRUE(stage.until([&] {
    stage.nobody_listens("PUB c.node.a ");
    return left_out();
  }));
  event(stage, "choria.lifecycle.event.alive.server", 4, R"({"data":{"identity":"a"}})");
  ASSERT_TRUE(stage.until([&] { return !left_out(); }));
  event(stage, "mcollective.broadcast.agent.registration", 6, "no transport");
  event(stage, "choria.lifecycle.event.alive.server", 4, "no event");
  ASSERT_TRUE(stage.until([&] { return stage.relay.report().placement.nameless == 2; }));
  EXPECT_EQ(stage.relay.report().placement.signs, (std::array<uint64_t, kLifeSigns>{0, 1, 1, 1}));
  EXPECT_EQ(stage.replies().received, 0u);
  EXPECT_EQ(stage.relay.report().events.received, 0u);
}

// Nobody signs registrations, so whoever may ask could otherwise speak for any node.
TEST(RelayPlacement, ARequestIsNobodysRegistration) {
  Stage stage([](RelaySettings& settings) {
    with_placement(settings);
    settings.registrations = {"*.broadcast.agent.registration"};
    settings.events = {"*.broadcast.agent.registration"};
  });
  ASSERT_TRUE(stage.connect());
  stage.request(request_to("c.broadcast.agent.registration"));
  ASSERT_TRUE(stage.until([&] { return stage.requests().received == 1; }));
  EXPECT_EQ(stage.refused(Direction::kRequest, Refusal::kTargetNotAllowed), 1u);
  EXPECT_EQ(stage.relay.report().error_replies, 1u);
  EXPECT_FALSE(stage.collective.last().has("PUB"));
  // As another federation broker passes it on, one that listens to less.
  event(stage, "c.broadcast.agent.registration", 4, reply_of("a"));
  ASSERT_TRUE(stage.until([&] { return stage.relay.report().placement.nameless == 1; }));
}

TEST(RelayPlacement, BelievesOnlyTheBrokersOwnAnswer) {
  Stage stage(with_placement);
  ASSERT_TRUE(stage.connect());
  stage.request(request_to("c.node.a"));
  ASSERT_TRUE(stage.until([&] { return stage.collective.last().has("PUB c.node.a "); }));
  const std::string& said = stage.collective.last().received;
  const size_t begin = said.find("PUB c.node.a ") + 13;
  const std::string subject = said.substr(begin, said.find(' ', begin) - begin);
  stage.collective.last().send(absl::StrCat("MSG ", subject, " 2 2\r\n{}\r\n"));
  stage.collective.last().send(absl::StrCat("HMSG ", subject, "0 2 16 16\r\nNATS/1.0 503\r\n\r\n\r\n"));
  stage.reply(reply_of("b"));
  ASSERT_TRUE(stage.until([&] { return stage.replies().received == 1; }));
  EXPECT_EQ(stage.relay.report().placement.told, 0u);
}

TEST(RelayPlacement, StartsAnewWithANewConnection) {
  Stage stage(with_placement);
  ASSERT_TRUE(stage.connect());
  stage.request(request_to("c.node.a"));
  ASSERT_TRUE(stage.until([&] { return stage.collective.last().has("PUB c.node.a "); }));
  stage.nobody_listens("PUB c.node.a ");
  ASSERT_TRUE(stage.until([&] { return stage.relay.report().placement.absent == 1; }));
  stage.collective.last().transport.close();
  ASSERT_TRUE(stage.until([&] { return stage.collective.peers() == 2 && stage.collective.last().has("SUB choria"); }));
  EXPECT_EQ(stage.relay.report().placement.absent, 0u);
}

TEST(RelayRates, WhatIsBeyondIsRefusedCountedAndToldToTheAsker) {
  Stage stage([](RelaySettings& settings) { settings.requests_per_s = 1; });
  ASSERT_TRUE(stage.connect());
  stage.request(request_to("c.node.a"));
  stage.request(request_to("c.node.b", "8b2c6d6e9a9a4a0b8a77d1f0c36d7c11"));
  ASSERT_TRUE(stage.until([&] { return stage.refused(Direction::kRequest, Refusal::kRateLimited) == 1; }));
  ASSERT_TRUE(stage.until([&] { return stage.federation.last().has("PUB c.reply.h.i "); }));
  EXPECT_EQ(stage.relay.report().error_replies, 1u);
  const std::string& said = stage.federation.last().received;
  const size_t begin = said.find("\r\n", said.find("PUB c.reply.h.i ")) + 2;
  choria::Transport transport;
  ASSERT_FALSE(choria::parse_transport(said.substr(begin, said.find("\r\n", begin) - begin), transport));
  EXPECT_EQ(transport.sender, "fedbroker1");
  EXPECT_NE(transport.data.find("rate_limited"), std::string::npos);
  EXPECT_NE(transport.data.find("8b2c6d6e9a9a4a0b8a77d1f0c36d7c11"), std::string::npos);
}

TEST(RelayRates, ThoseOfLateAndTheLimitsAreReported) {
  Stage stage([](RelaySettings& settings) {
    settings.requests_per_s = 100;
    settings.targets_per_s = 2000;
  });
  ASSERT_TRUE(stage.connect());
  stage.request(request_to("c.node.a\",\"c.node.b"));
  stage.reply(reply_of("a"));
  ASSERT_TRUE(stage.until([&] { return stage.requests().published == 2 && stage.replies().published == 1; }));
  const RelayReport report = stage.relay.report();
  EXPECT_GT(report.rates.requests, 0);
  EXPECT_DOUBLE_EQ(report.rates.targets, 2 * report.rates.requests);
  EXPECT_DOUBLE_EQ(report.rates.replies, report.rates.requests);
  EXPECT_EQ(report.limits.requests_per_s, 100);
  EXPECT_EQ(report.limits.targets_per_s, 2000);
  EXPECT_EQ(report.limits.events_per_s, 1000) << "the default";
}

TEST(RelayRates, TargetsHaveALimitOfTheirOwn) {
  Stage stage([](RelaySettings& settings) {
    settings.targets_per_s = 2;
    settings.error_replies = false;
  });
  ASSERT_TRUE(stage.connect());
  stage.request(request_to("c.node.a\",\"c.node.b\",\"c.node.c"));
  stage.request(request_to("c.node.d"));
  ASSERT_TRUE(stage.until([&] { return stage.requests().received == 2; }));
  EXPECT_EQ(stage.requests().published, 3u) << "more than a second's worth passes when nothing went before";
  EXPECT_EQ(stage.refused(Direction::kRequest, Refusal::kRateLimited), 1u);
  EXPECT_EQ(stage.relay.report().error_replies, 0u) << "they are switched off";
}

TEST(RelayErrors, WhoNamesTooManyTargetsIsTold) {
  Stage stage([](RelaySettings& settings) { settings.limits.targets_max = 2; });
  ASSERT_TRUE(stage.connect());
  stage.request(request_to("c.node.a\",\"c.node.b\",\"c.node.c"));
  ASSERT_TRUE(stage.until([&] { return stage.federation.last().has("PUB c.reply.h.i "); }));
  EXPECT_EQ(stage.refused(Direction::kRequest, Refusal::kTooManyTargets), 1u);
  const RequestReport report = stage.relay.request_report("r1");
  EXPECT_EQ(report.record.refusal, Refusal::kTooManyTargets);
  EXPECT_TRUE(report.asked.empty());
  // Nothing is said where no reply may go.
  std::string elsewhere = request_to("c.node.a\",\"c.node.b\",\"c.node.c");
  elsewhere.replace(elsewhere.find("c.reply.h.i"), 11, "c.node.a.bc");
  stage.request(elsewhere);
  ASSERT_TRUE(stage.until([&] { return stage.refused(Direction::kRequest, Refusal::kTooManyTargets) == 2; }));
  EXPECT_EQ(stage.relay.report().error_replies, 1u);
  EXPECT_FALSE(stage.collective.last().has("PUB"));
}

TEST(RelayErrors, AForgedTargetIsToldToItsAskerButDiscoveryIsNot) {
  Stage stage;
  ASSERT_TRUE(stage.connect());
  stage.request(request_to("choria.lifecycle.event.x"));
  stage.request(request_to("c.broadcast.agent.discovery\",\"choria.lifecycle.event.x"));
  stage.request(request_to("c.node.a\",\"choria.lifecycle.event.x", "r\\u0031"));
  ASSERT_TRUE(stage.until([&] { return stage.requests().received == 3; }));
  EXPECT_EQ(stage.relay.report().error_replies, 2u);
  EXPECT_FALSE(stage.collective.last().has("PUB"));
}

TEST(RelayErrors, ARequestWhoseReplySubjectIsForgedIsToldToNobody) {
  Stage stage;
  ASSERT_TRUE(stage.connect());
  std::string forged = request_to("choria.lifecycle.event.x");
  forged.replace(forged.find("c.reply.h.i"), 11, "choria.federation.dc1.federation");
  stage.request(forged);
  ASSERT_TRUE(stage.until([&] { return stage.requests().received == 1; }));
  EXPECT_EQ(stage.relay.report().error_replies, 0u);
}

TEST(RelayRecords, SayWhoWasAskedAndWhoAnswered) {
  Stage stage;
  ASSERT_TRUE(stage.connect());
  stage.request(request_to("c.node.a\",\"c.node.b"));
  stage.request(request_to("c.node.d"));
  ASSERT_TRUE(stage.until([&] { return stage.requests().forwarded == 2; }));
  stage.reply(reply_of("b"));
  stage.another_takes("other", "c.reply.h.i");
  stage.reply(reply_of("z", "other"));
  ASSERT_TRUE(stage.until([&] { return stage.replies().forwarded == 2; }));
  const RequestReport report = stage.relay.request_report("r1");
  EXPECT_TRUE(report.seen && report.ready);
  EXPECT_EQ(report.record.messages, 2u);
  EXPECT_EQ(report.record.targets, 3u);
  EXPECT_EQ(report.record.published, 3u);
  EXPECT_EQ(report.asked, (std::vector<std::string>{"a", "b", "d"}));
  EXPECT_EQ(report.answered, std::vector<std::string>{"b"});
  EXPECT_EQ(report.here, (std::vector<std::string>{"b", "z"}));
  EXPECT_FALSE(stage.relay.request_report("nobody's").seen);
  EXPECT_EQ(stage.relay.request_report("nobody's").here.size(), 2u) << "who may be missing";
}

void with_events(RelaySettings& settings) {
  settings.events = {"choria.lifecycle.event.>", "*.broadcast.agent.registration"};
}

TEST(RelayEvents, GoUpUnderTheNameOfWhereTheyComeFrom) {
  Stage stage(with_events);
  ASSERT_TRUE(stage.connect());
  EXPECT_TRUE(stage.collective.last().has("SUB choria.lifecycle.event.> dc1_events 100\r\n"));
  EXPECT_TRUE(stage.collective.last().has("SUB *.broadcast.agent.registration dc1_events 101\r\n"));
  event(stage, "choria.lifecycle.event.startup.server", 100, "{}");
  event(stage, "mcollective.broadcast.agent.registration", 101, "any bytes");
  const std::string second = published("federated.dc1.mcollective.broadcast.agent.registration", "any bytes");
  ASSERT_TRUE(stage.until([&] { return stage.federation.last().has(second); }));
  EXPECT_TRUE(stage.federation.last().has(
      published("federated.dc1.choria.lifecycle.event.startup.server", "{}")));
  EXPECT_EQ(stage.relay.report().events.forwarded, 2u);
  EXPECT_EQ(stage.replies().received, 0u);
}

TEST(RelayEvents, AreOffUnlessAskedForAndDoNotGoUpTwice) {
  Stage without;
  ASSERT_TRUE(without.connect());
  EXPECT_FALSE(without.collective.last().has("_events"));
  Stage stage(with_events);
  ASSERT_TRUE(stage.connect());
  event(stage, "federated.broadcast.agent.registration", 101, "x");
  event(stage, "choria.lifecycle.event.alive.server", 100, std::string(2 << 20, 'x'));
  ASSERT_TRUE(stage.until([&] { return stage.relay.report().events.received == 2; }));
  EXPECT_EQ(stage.relay.report().events.refused[static_cast<size_t>(Refusal::kLoop)], 1u);
  EXPECT_EQ(stage.relay.report().events.refused[static_cast<size_t>(Refusal::kOversize)], 1u);
  EXPECT_FALSE(stage.federation.last().has("PUB"));
}

TEST(RelayEvents, HaveARate) {
  Stage stage([](RelaySettings& settings) {
    with_events(settings);
    settings.events_per_s = 2;
  });
  ASSERT_TRUE(stage.connect());
  for (int i = 0; i < 5; ++i) event(stage, "choria.lifecycle.event.alive.server", 100, "{}");
  ASSERT_TRUE(stage.until([&] { return stage.relay.report().events.received == 5; }));
  EXPECT_EQ(stage.relay.report().events.forwarded, 2u);
  EXPECT_EQ(stage.relay.report().events.refused[static_cast<size_t>(Refusal::kRateLimited)], 3u);
}

}  // namespace
}  // namespace antiphon::federation
