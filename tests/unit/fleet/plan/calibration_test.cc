#include "fleet/plan/calibration.h"

#include <gtest/gtest.h>

namespace antiphon::fleet::plan {
namespace {

// What the four fleets take when a node, a subscription, a subject and an index slot cost so much.
IdleNodeBytes fleets_of(double node, double subscription, double subject, double slot) {
  return {node + 8 * subscription + subject, node + 23 * subscription + subject,
          node + 21 * subscription + 7 * subject, node + 41 * subscription + subject + 63 * slot};
}

TEST(PlanCalibration, FindsTheCostsBehindTheMemoryOfFourFleets) {
  const NodeMemory memory = split_memory(fleets_of(680, 89, 175, 32));
  EXPECT_NEAR(memory.node_bytes, 680, 1e-6);
  EXPECT_NEAR(memory.subscription_bytes, 89, 1e-6);
  EXPECT_NEAR(memory.own_subject_bytes, 175, 1e-6);
  EXPECT_NEAR(memory.index_slot_bytes, 32, 1e-6);
}

TEST(PlanCalibration, NoiseMakesNoCostNegative) {
  const NodeMemory memory = split_memory({1000, 900, 500, 700});
  EXPECT_EQ(memory.subscription_bytes, 0);
  EXPECT_EQ(memory.own_subject_bytes, 0);
  EXPECT_EQ(memory.index_slot_bytes, 0);
  EXPECT_EQ(memory.node_bytes, 1000);
}

TEST(PlanCalibration, AServerThatDoesNotStartIsAnErrorThatNamesTheStep) {
  unsigned steps = 0;
  const auto model = calibrate({"sh -c 'echo broken; exit 1'", kCalibrationNodesMin},
                               [&](const std::string&, unsigned done, unsigned all) {
                                 EXPECT_LT(done, all);
                                 ++steps;
                               });
  ASSERT_FALSE(model.ok());
  EXPECT_EQ(steps, 1u);
  EXPECT_NE(std::string(model.status().message()).find("half of the fleet, none: "),
            std::string::npos);
  EXPECT_NE(std::string(model.status().message()).find("broken"), std::string::npos);
}

}  // namespace
}  // namespace antiphon::fleet::plan
