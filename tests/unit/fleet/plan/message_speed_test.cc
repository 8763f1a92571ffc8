#include "fleet/plan/message_speed.h"

#include <gtest/gtest.h>

namespace antiphon::fleet::plan {
namespace {

TEST(PlanMessageSpeed, IsThatOfSomeComputer) {
  const auto speed = measure_messages_per_s(0.01);
  ASSERT_TRUE(speed.ok()) << speed.status().message();
  EXPECT_GT(*speed, 100);
  EXPECT_LT(*speed, 1e8);
}

}  // namespace
}  // namespace antiphon::fleet::plan
