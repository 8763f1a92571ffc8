#include "fleet/plan/signature_speed.h"

#include <gtest/gtest.h>

namespace antiphon::fleet::plan {
namespace {

TEST(PlanSignatureSpeed, IsThatOfSomeComputer) {
  const auto speed = measure_signatures_per_s(0.01);
  ASSERT_TRUE(speed.ok()) << speed.status().message();
  EXPECT_GT(*speed, 1);
  EXPECT_LT(*speed, 1e6);
}

}  // namespace
}  // namespace antiphon::fleet::plan
