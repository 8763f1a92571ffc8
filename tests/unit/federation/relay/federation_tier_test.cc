#include "cli/federation_tier.h"

#include <gtest/gtest.h>

#include <future>

#include "tests/unit/federation/relay/relay_stage.h"
#include "tests/unit/fleet/scripted_server.h"

namespace antiphon {
namespace {

constexpr std::chrono::milliseconds kMoment{1};

// Between two brokers that accept and say nothing.
struct Silence {
  federation::RelaySettings settings() const {
    federation::RelaySettings made;
    made.identity = "fed1";
    made.cluster = "dc1";
    made.side(federation::Side::kFederation).servers =
        *fleet::resolve_servers({on_federation.url()});
    made.side(federation::Side::kCollective).servers =
        *fleet::resolve_servers({on_collective.url()});
    return made;
  }

  Log log;
  fleet::ScriptedServer on_federation;
  fleet::ScriptedServer on_collective;
  std::unique_ptr<FederationTier> running = *FederationTier::start({}, settings(), log);
  FederationTier& tier = *running;
};

TEST(FederationTier, ShowsItsPagesBesideTheBrokersOwn) {
  Silence silence;
  for (const char* of_the_broker : {"/", "/metrics", "/healthz", "/varz", "/federation", "/federationzz"}) {
    EXPECT_FALSE(silence.tier.page(of_the_broker).has_value()) << of_the_broker;
  }
  const auto status = silence.tier.page("/federationz");
  ASSERT_TRUE(status.has_value());
  EXPECT_EQ(status->status, 200u);
  EXPECT_NE(status->body.find("\"cluster\": \"dc1\""), std::string::npos);
  EXPECT_EQ(silence.tier.page("/federation/healthz")->status, 503u) << "no side is connected";
  EXPECT_NE(silence.tier.page("/choria/prometheus")->body.find("choria_federation_received_msgs"),
            std::string::npos);
  EXPECT_NE(silence.tier.metrics().find("antiphon_federation_connected"), std::string::npos);
}

TEST(FederationTier, PagesMayAskAboutARequestOrATarget) {
  Silence silence;
  EXPECT_NE(silence.tier.page("/federationz?request=abc")->body.find("abc"), std::string::npos);
  EXPECT_NE(silence.tier.page("/federationz?target=c.node.n1")->body.find("c.node.n1"), std::string::npos);
}

TEST(FederationTier, IsNotReadyWithoutBothSides) {
  Silence silence;
  EXPECT_FALSE(silence.tier.wait_until_ready(kMoment));
}

TEST(FederationTier, IsReadyAsSoonAsBothSidesHaveTakenItsSubscriptions) {
  Silence silence;
  auto waiting = std::async(std::launch::async, [&] {
    return silence.tier.wait_until_ready(std::chrono::milliseconds(fleet::kTestDeadlineMs));
  });
  const auto answer = [](fleet::ScriptedServer& server) {
    server.pump();
    federation::Stage::answer_pings(server);
  };
  ASSERT_TRUE(fleet::pump_until(
      [&] { return waiting.wait_for(std::chrono::milliseconds(0)) == std::future_status::ready; },
      [&] {
        answer(silence.on_federation);
        answer(silence.on_collective);
      }));
  EXPECT_TRUE(waiting.get());
  EXPECT_TRUE(silence.tier.wait_until_ready(std::chrono::milliseconds(fleet::kTestDeadlineMs)))
      << "who asks later is told at once";
}

TEST(FederationTier, AnswersNobodyAfterItsEnd) {
  Silence silence;
  silence.tier.stop();
  EXPECT_EQ(silence.tier.page("/federationz")->status, 503u);
  EXPECT_EQ(silence.tier.metrics(), "");
  silence.tier.stop();
}

}  // namespace
}  // namespace antiphon
