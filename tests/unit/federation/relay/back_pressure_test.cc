#include "federation/relay/back_pressure.h"

#include <gtest/gtest.h>

namespace antiphon::federation {
namespace {

TEST(BackPressure, PausesAtAHalfAndGoesOnAtAQuarter) {
  BackPressure pressure(1000, 50);
  EXPECT_EQ(pressure.look(499, 0), Flow::kFlowing);
  EXPECT_EQ(pressure.look(500, 1), Flow::kPaused);
  EXPECT_EQ(pressure.look(300, 2), Flow::kPaused);
  EXPECT_EQ(pressure.look(250, 3), Flow::kFlowing);
}

TEST(BackPressure, APauseThatDoesNotHelpEndsInDiscarding) {
  BackPressure pressure(1000, 50);
  EXPECT_EQ(pressure.look(600, 100), Flow::kPaused);
  EXPECT_EQ(pressure.pause_ends_ms(), 150);
  EXPECT_EQ(pressure.look(600, 149), Flow::kPaused);
  EXPECT_TRUE(pressure.has_room(600, 400)) << "what was read before the pause still passes";
  EXPECT_EQ(pressure.look(600, 150), Flow::kDiscarding);
  EXPECT_FALSE(pressure.has_room(600, 1));
  EXPECT_EQ(pressure.look(251, 151), Flow::kDiscarding);
  EXPECT_EQ(pressure.look(250, 152), Flow::kFlowing);
  EXPECT_TRUE(pressure.has_room(250, 1));
}

TEST(BackPressure, NothingPassesBeyondTheWhole) {
  BackPressure pressure(1000, 50);
  EXPECT_TRUE(pressure.has_room(600, 400));
  EXPECT_FALSE(pressure.has_room(600, 401));
  EXPECT_FALSE(pressure.has_room(999, 2));
}

// Trying again would never help.
TEST(BackPressure, WhatIsLargerThanTheQueuePassesWhileLessThanAHalfWaits) {
  BackPressure pressure(1000, 50);
  EXPECT_TRUE(pressure.has_room(0, 1'000'000));
  EXPECT_TRUE(pressure.has_room(500, 1'000'000));
  EXPECT_FALSE(pressure.has_room(501, 1'000'000));
}

}  // namespace
}  // namespace antiphon::federation
