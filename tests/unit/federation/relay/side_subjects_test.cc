#include "federation/relay/side_subjects.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "cli/federation_permissions.h"
#include "protocol/subject/subject.h"
#include "tests/unit/federation/relay/relay_stage.h"

namespace antiphon::federation {
namespace {

using Texts = std::vector<std::string>;

TEST(SideSubjects, AreTheMessagesAndWhereTheyGo) {
  RelaySettings settings;
  settings.cluster = "dc1";
  const SideSubjects federation = subjects_of(Side::kFederation, settings);
  EXPECT_EQ(federation.subscribe, Texts{"choria.federation.dc1.federation"});
  EXPECT_EQ(federation.publish, Texts{"*.reply.>"});
  const SideSubjects collective = subjects_of(Side::kCollective, settings);
  EXPECT_EQ(collective.subscribe, Texts{"choria.federation.dc1.collective"});
  EXPECT_EQ(collective.publish, (Texts{"*.broadcast.agent.*", "*.broadcast.service.*", "*.node.>"}));
}

void with_everything(RelaySettings& settings) {
  settings.ledger.placement = PlacementMode::kOn;
  settings.hears_lifecycle = true;
  settings.registrations = {"*.broadcast.agent.registration", "mcollective.inventory"};
  settings.events = {"choria.machine.>", "*.broadcast.agent.registration"};
}

TEST(SideSubjects, GrowWithPlacementAndEvents) {
  RelaySettings settings;
  settings.cluster = "dc1";
  with_everything(settings);
  EXPECT_EQ(subjects_of(Side::kFederation, settings).publish,
            (Texts{"*.reply.>", "federated.dc1.choria.machine.>",
                   "federated.dc1.*.broadcast.agent.registration"}));
  EXPECT_EQ(subjects_of(Side::kCollective, settings).subscribe,
            (Texts{"choria.federation.dc1.collective", "choria.federation.dc1.absent.>",
                   "choria.lifecycle.event.startup.*", "choria.lifecycle.event.alive.server",
                   "choria.lifecycle.event.shutdown.server", "*.broadcast.agent.registration",
                   "mcollective.inventory", "choria.machine.>",
                   "*.broadcast.agent.registration"}));
}

TEST(SideSubjects, WithoutPlacementNobodyIsListenedTo) {
  RelaySettings settings;
  with_everything(settings);
  settings.ledger.placement = PlacementMode::kOff;
  EXPECT_TRUE(sign_subjects(settings).empty());
  settings.ledger.placement = PlacementMode::kWatch;
  settings.hears_lifecycle = false;
  settings.registrations.clear();
  ASSERT_EQ(sign_subjects(settings).size(), 1u);
  EXPECT_EQ(sign_subjects(settings)[0].sign, LifeSign::kStartup);
}

TEST(SideSubjects, ThatARequestCouldNameAreHeardTargets) {
  RelaySettings settings;
  EXPECT_EQ(heard_targets(settings), Texts{});
  with_everything(settings);
  settings.registrations = {"c.broadcast.agent.registration", "mcollective.inventory"};
  EXPECT_EQ(heard_targets(settings),
            (Texts{"*.broadcast.agent.registration", "c.broadcast.agent.registration"}));
}

Texts subscribed(std::string_view received) {
  Texts subjects;
  for (size_t at = 0; (at = received.find("\r\nSUB ", at)) != received.npos;) {
    at += 6;
    subjects.emplace_back(received.substr(at, received.find(' ', at) - at));
  }
  return subjects;
}

// What is granted is what a relay asks for: each of its subscriptions, and nothing that is not one.
TEST(SideSubjects, AreThoseOfARelay) {
  Stage stage(with_everything);
  ASSERT_TRUE(stage.connect());
  ASSERT_TRUE(stage.until([&] { return stage.relay.report().ready(); }));
  RelaySettings settings;
  settings.cluster = "dc1";
  with_everything(settings);
  for (const auto& [side, server] : {std::pair(Side::kFederation, &stage.federation),
                                     std::pair(Side::kCollective, &stage.collective)}) {
    const Texts granted = subjects_of(side, settings).subscribe;
    Texts asked = subscribed(server->last().received);
    // Requests are subscribed to twice: as one of the group, and as all of it.
    asked.erase(std::unique(asked.begin(), asked.end()), asked.end());
    ASSERT_EQ(asked.size(), granted.size());
    for (size_t i = 0; i < asked.size(); ++i) {
      EXPECT_TRUE(subject_covers(granted[i], asked[i])) << granted[i] << " " << asked[i];
    }
  }
}

TEST(FederationPermissions, AreCommandsThatMakeTheTokens) {
  RelaySettings settings;
  settings.cluster = "dc1";
  EXPECT_EQ(federation_permissions_text(settings),
            "# dc1: for the brokers of the federation side\n"
            "antiphon jwt keys federation.seed federation.public\n"
            "antiphon jwt client federation.jwt federation=dc1 ISSUER.seed --public-key "
            "federation.public \\\n"
            "    --no-fleet-management --service --validity 1y \\\n"
            "    --subscribe 'choria.federation.dc1.federation' \\\n"
            "    --publish '*.reply.>'\n"
            "# dc1: for the brokers of the collective side\n"
            "antiphon jwt keys collective.seed collective.public\n"
            "antiphon jwt client collective.jwt federation=dc1 ISSUER.seed --public-key "
            "collective.public \\\n"
            "    --no-fleet-management --service --validity 1y \\\n"
            "    --subscribe 'choria.federation.dc1.collective' \\\n"
            "    --publish '*.broadcast.agent.*' \\\n"
            "    --publish '*.broadcast.service.*' \\\n"
            "    --publish '*.node.>'\n");
}

}  // namespace
}  // namespace antiphon::federation
