#include "fleet/emulator/fleet_profile.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "fleet/emulator/descriptor_limit.h"
#include "protocol/choria/json_cursor.h"

namespace antiphon::fleet {
namespace {

FleetProfile small_fleet() {
  FleetProfile profile;
  profile.nodes = 10;
  profile.collectives = {"mcollective"};
  profile.agents = agent_names(kAgentsDefault);
  return profile;
}

TEST(FleetProfile, GivesANodeEightSubscriptionsInOneCollective) {
  const FleetProfile profile = small_fleet();
  EXPECT_EQ(subscriptions_per_node(profile), 8u);
  std::string lines;
  append_subscriptions(profile, "web1.example.net", lines);
  EXPECT_EQ(lines,
            "SUB mcollective.broadcast.agent.discovery 1\r\n"
            "SUB mcollective.broadcast.agent.rpcutil 2\r\n"
            "SUB mcollective.broadcast.agent.choria_util 3\r\n"
            "SUB mcollective.broadcast.agent.scout 4\r\n"
            "SUB mcollective.broadcast.agent.package 5\r\n"
            "SUB mcollective.broadcast.agent.puppet 6\r\n"
            "SUB mcollective.broadcast.agent.service 7\r\n"
            "SUB mcollective.node.web1.example.net 8\r\n");
}

TEST(FleetProfile, SubscribesEachAgentInEachCollective) {
  FleetProfile profile = small_fleet();
  profile.collectives = {"a", "b"};
  profile.agents = agent_names(2);
  EXPECT_EQ(subscriptions_per_node(profile), 6u);
  std::string lines;
  append_subscriptions(profile, "n", lines);
  EXPECT_EQ(lines,
            "SUB a.broadcast.agent.discovery 1\r\nSUB b.broadcast.agent.discovery 2\r\n"
            "SUB a.broadcast.agent.rpcutil 3\r\nSUB b.broadcast.agent.rpcutil 4\r\n"
            "SUB a.node.n 5\r\nSUB b.node.n 6\r\n");
}

TEST(FleetProfile, NamesNodesByNumber) {
  FleetProfile profile = small_fleet();
  EXPECT_EQ(node_identity(profile, 42), "node42.emulated.example.net");
  profile.identity_pattern = "{n}-x";
  EXPECT_EQ(node_identity(profile, 7), "7-x");
}

TEST(FleetProfile, HasADifferentNameForEveryAgent) {
  const std::vector<std::string> names = agent_names(100);
  EXPECT_EQ(std::set<std::string>(names.begin(), names.end()).size(), 100u);
  EXPECT_EQ(names[99], "agent100");
}

TEST(FleetProfile, SaysWhatMakesNoFleet) {
  EXPECT_EQ(profile_error(small_fleet()), "");
  const auto error_of = [](auto change) {
    FleetProfile profile = small_fleet();
    change(profile);
    return profile_error(profile);
  };
  EXPECT_NE(error_of([](FleetProfile& p) { p.nodes = 0; }), "");
  EXPECT_NE(error_of([](FleetProfile& p) { p.first_number = UINT32_MAX - 5; }), "");
  EXPECT_NE(error_of([](FleetProfile& p) { p.identity_pattern = "node"; }), "");
  EXPECT_NE(error_of([](FleetProfile& p) { p.identity_pattern = "a b{n}"; }), "");
  EXPECT_NE(error_of([](FleetProfile& p) { p.identity_pattern = "*.{n}"; }), "");
  EXPECT_NE(error_of([](FleetProfile& p) { p.collectives = {}; }), "");
  EXPECT_NE(error_of([](FleetProfile& p) { p.collectives = {"a.b"}; }), "");
  EXPECT_NE(error_of([](FleetProfile& p) { p.agents = {}; }), "");
}

TEST(FleetProfile, GivesEveryNodeFactsAndClasses) {
  for (uint32_t number : {0u, 1u, 7u, 4'000'000'000u}) {
    EXPECT_TRUE(choria::is_json(node_facts(number))) << number;
    ASSERT_EQ(node_classes(number).size(), 2u);
    EXPECT_EQ(node_classes(number)[0], "emulated");
  }
  EXPECT_NE(node_facts(1), node_facts(2));
}

TEST(DescriptorLimit, LeavesRoomForTheProgramItself) {
  EXPECT_EQ(nodes_that_fit(20'000), 20'000 - kDescriptorsReserved);
  EXPECT_EQ(nodes_that_fit(10), 0u);
  EXPECT_GT(nodes_that_fit(raise_descriptor_limit()), 0u);
}

}  // namespace
}  // namespace antiphon::fleet
