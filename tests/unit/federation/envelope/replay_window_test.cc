#include "federation/envelope/replay_window.h"

#include <gtest/gtest.h>

#include <string>

namespace antiphon::federation {
namespace {

constexpr int64_t kWindowMs = 1000;

TEST(ReplayWindow, ARequestReachesASubjectOnceInTheWindow) {
  ReplayWindow window(1024, kWindowMs, 1);
  window.begin("data");
  EXPECT_TRUE(window.is_new("c.node.a", 5000));
  EXPECT_FALSE(window.is_new("c.node.a", 5000));
  EXPECT_FALSE(window.is_new("c.node.a", 5999));
  EXPECT_TRUE(window.is_new("c.node.a", 6000)) << "the window has passed";
  EXPECT_FALSE(window.is_new("c.node.a", 6999));
}

TEST(ReplayWindow, OtherSubjectsAndOtherRequestsAreNew) {
  ReplayWindow window(1024, kWindowMs, 1);
  window.begin("data");
  EXPECT_TRUE(window.is_new("c.node.a", 0));
  EXPECT_TRUE(window.is_new("c.node.b", 0));
  window.begin("other");
  EXPECT_TRUE(window.is_new("c.node.a", 0));
  window.begin("data");
  EXPECT_FALSE(window.is_new("c.node.b", 0));
}

TEST(ReplayWindow, WithoutRoomEverythingIsNew) {
  ReplayWindow window(0, kWindowMs, 1);
  window.begin("data");
  EXPECT_TRUE(window.is_new("c.node.a", 0));
  EXPECT_TRUE(window.is_new("c.node.a", 0));
  EXPECT_EQ(window.memory_bytes(), 0u);
}

TEST(ReplayWindow, ItsMemoryIsFixedAndTheOldestGoFirst) {
  ReplayWindow window(ReplayWindow::kPerBucket, kWindowMs, 1);  // one bucket
  const size_t bytes = window.memory_bytes();
  window.begin("data");
  for (int64_t i = 0; i < 9; ++i) {
    EXPECT_TRUE(window.is_new("c.node." + std::to_string(i), i));
  }
  EXPECT_EQ(window.forgotten(), 1u);
  EXPECT_FALSE(window.is_new("c.node.8", 9));
  EXPECT_FALSE(window.is_new("c.node.1", 9));
  EXPECT_TRUE(window.is_new("c.node.0", 9)) << "made room for the ninth";
  EXPECT_EQ(window.memory_bytes(), bytes);
}

TEST(ReplayWindow, WhatIsOutOfDateMakesRoomWithoutBeingCounted) {
  ReplayWindow window(ReplayWindow::kPerBucket, kWindowMs, 1);
  window.begin("data");
  for (int i = 0; i < 8; ++i) EXPECT_TRUE(window.is_new("c.node." + std::to_string(i), 0));
  for (int i = 8; i < 16; ++i) EXPECT_TRUE(window.is_new("c.node." + std::to_string(i), kWindowMs));
  EXPECT_EQ(window.forgotten(), 0u);
}

TEST(ReplayWindow, AHundredThousandSubjectsAreAllRemembered) {
  ReplayWindow window(1 << 18, kWindowMs, 7);
  window.begin("data");
  for (int i = 0; i < 100'000; ++i) ASSERT_TRUE(window.is_new("c.node." + std::to_string(i), 0));
  int again = 0;
  for (int i = 0; i < 100'000; ++i) again += window.is_new("c.node." + std::to_string(i), 1);
  EXPECT_EQ(static_cast<uint64_t>(again) > 0, window.forgotten() > 0);
  EXPECT_LT(again, 1000) << "only a bucket that overflows forgets";
}

}  // namespace
}  // namespace antiphon::federation
