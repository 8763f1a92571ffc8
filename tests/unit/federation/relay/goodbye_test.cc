#include "federation/relay/goodbye.h"

#include <gtest/gtest.h>

namespace antiphon::federation {
namespace {

using Step = Goodbye::Step;
using Open = std::array<bool, kSides>;

TEST(Goodbye, WaitsForBothSidesTwice) {
  Goodbye goodbye;
  goodbye.begin(1000);
  const Open both = {true, true};
  EXPECT_EQ(goodbye.look(both, 1000), Step::kWait);
  goodbye.fence_passed(Side::kFederation);
  EXPECT_EQ(goodbye.look(both, 1001), Step::kWait);
  goodbye.fence_passed(Side::kCollective);
  EXPECT_EQ(goodbye.look(both, 1002), Step::kFenceAgain);
  goodbye.fence_passed(Side::kCollective);
  EXPECT_EQ(goodbye.look(both, 1003), Step::kWait);
  goodbye.fence_passed(Side::kFederation);
  EXPECT_EQ(goodbye.look(both, 1004), Step::kGo);
}

TEST(Goodbye, WaitsForNobodyWhoIsAway) {
  Goodbye goodbye;
  goodbye.begin(0);
  EXPECT_EQ(goodbye.look({false, false}, 0), Step::kGo);
  Goodbye other;
  other.begin(0);
  other.fence_passed(Side::kCollective);
  EXPECT_EQ(other.look({false, true}, 1), Step::kFenceAgain);
  EXPECT_EQ(other.look({false, true}, 2), Step::kWait);
  EXPECT_EQ(other.look({false, false}, 3), Step::kGo) << "it has gone meanwhile";
}

TEST(Goodbye, EndsInTimeWhoeverHasNotAnswered) {
  Goodbye goodbye;
  goodbye.begin(1000);
  EXPECT_EQ(goodbye.look({true, true}, 1000 + Goodbye::kMsMax - 1), Step::kWait);
  EXPECT_EQ(goodbye.look({true, true}, 1000 + Goodbye::kMsMax), Step::kGoLate);
}

}  // namespace
}  // namespace antiphon::federation
