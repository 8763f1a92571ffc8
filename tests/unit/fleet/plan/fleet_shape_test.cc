#include "fleet/plan/fleet_shape.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "fleet/emulator/fleet_profile.h"

namespace antiphon::fleet::plan {
namespace {

FleetShape shape_of(uint64_t nodes, uint64_t agents, uint64_t collectives) {
  FleetShape shape;
  shape.nodes = nodes;
  shape.agents = agents;
  shape.collectives = collectives;
  return shape;
}

TEST(PlanFleetShape, CountsTheSubscriptionsThatEmulatedNodesMake) {
  for (const uint64_t agents : {1, 7, 10, 40}) {
    for (const uint64_t collectives : {1, 2, 5}) {
      FleetProfile profile;
      profile.nodes = 1;
      profile.agents = agent_names(agents);
      for (uint64_t i = 0; i < collectives; ++i) {
        profile.collectives.push_back("c" + std::to_string(i));
      }
      std::string lines;
      append_subscriptions(profile, "node1.example.net", lines);
      const auto made = static_cast<uint64_t>(std::count(lines.begin(), lines.end(), '\n'));
      const FleetShape shape = shape_of(1, agents, collectives);
      EXPECT_EQ(shape.subscriptions_per_node(), made) << agents << " x " << collectives;
      EXPECT_EQ(shape.shared_subjects() + collectives, made);
    }
  }
}

TEST(PlanFleetShape, SpreadsNodesOverBrokersAndCountsTheFullestOne) {
  FleetShape shape = shape_of(100, 1, 1);
  shape.brokers = 3;
  EXPECT_EQ(shape.nodes_per_broker(), 34u);
  EXPECT_EQ(shape.descriptors_per_broker(), 134u);
}

TEST(PlanFleetShape, AFleetOfSensibleNumbersIsGood) {
  EXPECT_EQ(shape_error(shape_of(100'000, 10, 2)), "");
  EXPECT_EQ(shape_error(shape_of(kNodesMax, 1, 1)), "");
}

TEST(PlanFleetShape, AbsurdNumbersAreNamedWithTheirRange) {
  EXPECT_EQ(shape_error(shape_of(0, 1, 1)), "--nodes must be 1 to 10000000, not 0");
  EXPECT_EQ(shape_error(shape_of(10'000'001, 1, 1)), "--nodes must be 1 to 10000000, not 10000001");
  EXPECT_EQ(shape_error(shape_of(1, 1001, 1)), "--agents must be 1 to 1000, not 1001");
  EXPECT_EQ(shape_error(shape_of(1, 1, 0)), "--collectives must be 1 to 100, not 0");
  FleetShape shape = shape_of(1, 1, 1);
  shape.cores = 0;
  EXPECT_EQ(shape_error(shape), "--cores must be 1 to 1024, not 0");
  shape.cores = 1;
  shape.handshake_threads = kHandshakeThreadsMax + 1;
  EXPECT_EQ(shape_error(shape), "--handshake-threads must be 1 to 64, not 65");
  shape.handshake_threads = 0;
  shape.reply_bytes = kPayloadBytesMax + 1;
  EXPECT_EQ(shape_error(shape), "--reply-bytes must be 1 to 1048576, not 1048577");
}

TEST(PlanFleetShape, ThereCannotBeMoreBrokersThanNodes) {
  FleetShape shape = shape_of(2, 1, 1);
  shape.brokers = 3;
  EXPECT_EQ(shape_error(shape), "3 brokers for 2 nodes: some had none");
}

}  // namespace
}  // namespace antiphon::fleet::plan
