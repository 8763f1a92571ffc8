#include "broker/buffer/pending_budget.h"

#include <gtest/gtest.h>

namespace antiphon {
namespace {

TEST(PendingBudgetTest, ARoundBeginsWhenTheSumIsTooLarge) {
  PendingBudget budget(2, 8000);
  budget.changed(0, 5000);
  budget.changed(0, 3000);
  EXPECT_EQ(budget.in_use(), 8000u);
  EXPECT_FALSE(budget.begin_round_if_exceeded());
  EXPECT_EQ(budget.round().number, 0u);
  budget.changed(3000, 5000);
  EXPECT_TRUE(budget.begin_round_if_exceeded());
  EXPECT_EQ(budget.round().number, 1u);
  // 10,000 have to fall to 7,000.
  EXPECT_NEAR(budget.round().part, PendingBudget::kWhole * 0.3, 2);
}

TEST(PendingBudgetTest, TheNextRoundWaitsForAllShards) {
  PendingBudget budget(2, 8000);
  budget.changed(0, 8500);
  EXPECT_TRUE(budget.begin_round_if_exceeded());
  EXPECT_FALSE(budget.begin_round_if_exceeded());
  budget.leave_round();
  EXPECT_FALSE(budget.begin_round_if_exceeded());
  budget.leave_round();
  EXPECT_TRUE(budget.begin_round_if_exceeded());
  EXPECT_EQ(budget.round().number, 2u);
}

TEST(PendingBudgetTest, FarAboveNobodyWaits) {
  PendingBudget budget(2, 8000);
  budget.changed(0, 9000);
  EXPECT_FALSE(budget.is_far_exceeded());
  budget.changed(9000, 9001);
  EXPECT_TRUE(budget.is_far_exceeded());
}

TEST(PendingBudgetTest, AReloadChangesIt) {
  PendingBudget budget(1, 8000);
  budget.changed(0, 4000);
  budget.set_max(2000);
  EXPECT_EQ(budget.max(), 2000u);
  EXPECT_TRUE(budget.begin_round_if_exceeded());
  budget.changed(4000, 0);
  EXPECT_EQ(budget.in_use(), 0u);
}

TEST(PendingBudgetTest, StepsAreSmallAgainstTheBudget) {
  EXPECT_EQ(PendingBudget(1, 1000).step_bytes(), 256u);
  EXPECT_EQ(PendingBudget(1, 640'000).step_bytes(), 10'000u);
  EXPECT_EQ(PendingBudget(1, UINT64_MAX / 2).step_bytes(), 64u * 1024);
}

}  // namespace
}  // namespace antiphon
