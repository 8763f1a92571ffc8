#include "federation/envelope/replay_window.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace antiphon::federation {
namespace {

constexpr int64_t kWindowMs = 1000;

// A window, and requests that are asked about target by target.
struct Asked {
  explicit Asked(size_t entries, uint64_t seed = 1) : window(entries, kWindowMs, seed) {}
  bool is_new(std::string_view target, int64_t now_ms) {
    std::vector<std::string_view> targets = {target};
    return window.leave_out_known(data, targets, now_ms) == 0;
  }
  ReplayWindow window;
  std::string data = "data";
};

TEST(ReplayWindow, ARequestReachesASubjectOnceInTheWindow) {
  Asked asked(1024);
  asked.data = "data";
  EXPECT_TRUE(asked.is_new("c.node.a", 5000));
  EXPECT_FALSE(asked.is_new("c.node.a", 5000));
  EXPECT_FALSE(asked.is_new("c.node.a", 5999));
  EXPECT_TRUE(asked.is_new("c.node.a", 6000)) << "the window has passed";
  EXPECT_FALSE(asked.is_new("c.node.a", 6999));
}

TEST(ReplayWindow, IsAskedWithoutRemembering) {
  Asked asked(1024);
  const std::vector<std::string_view> one = {"c.node.a"};
  const std::vector<std::string_view> two = {"c.node.a", "c.node.b"};
  EXPECT_FALSE(asked.window.is_known("data", one, 0));
  EXPECT_FALSE(asked.window.is_known("data", one, 0)) << "it was only asked about";
  EXPECT_TRUE(asked.is_new("c.node.a", 0));
  EXPECT_TRUE(asked.window.is_known("data", one, 999));
  EXPECT_FALSE(asked.window.is_known("data", one, 1000));
  EXPECT_FALSE(asked.window.is_known("data", two, 0)) << "one of them has not had it";
  EXPECT_FALSE(asked.window.is_known("other", one, 0));
  EXPECT_FALSE(Asked(0).window.is_known("data", one, 0));
}

TEST(ReplayWindow, OtherSubjectsAndOtherRequestsAreNew) {
  Asked asked(1024);
  asked.data = "data";
  EXPECT_TRUE(asked.is_new("c.node.a", 0));
  EXPECT_TRUE(asked.is_new("c.node.b", 0));
  asked.data = "other";
  EXPECT_TRUE(asked.is_new("c.node.a", 0));
  asked.data = "data";
  EXPECT_FALSE(asked.is_new("c.node.b", 0));
}

TEST(ReplayWindow, TheSameDataInAnotherSpellingIsTheSameRequest) {
  Asked asked(1024);
  asked.data = "Zm9vYg==";
  EXPECT_TRUE(asked.is_new("c.node.a", 0));
  for (const char* data : {R"(Zm9v\nYg==)", R"(Zm9vYg==\r\n)", "Zm9vYh==", R"(Zm9v\nYn=\n=)"}) {
    asked.data = data;
    EXPECT_FALSE(asked.is_new("c.node.a", 0)) << data;
  }
  asked.data = "Zm9vYw==";
  EXPECT_TRUE(asked.is_new("c.node.a", 0));
}

TEST(ReplayWindow, OfManyTargetsOnlyTheNewOnesStayInTheirOrder) {
  ReplayWindow window(1024, kWindowMs, 1);
  std::vector<std::string> names;
  for (int i = 0; i < 100; ++i) names.push_back("c.node." + std::to_string(i));
  std::vector<std::string_view> odd, all(names.begin(), names.end());
  for (size_t i = 1; i < names.size(); i += 2) odd.push_back(names[i]);
  EXPECT_EQ(window.leave_out_known("data", odd, 0), 0u);
  EXPECT_EQ(window.leave_out_known("data", all, 1), 50u);
  ASSERT_EQ(all.size(), 50u);
  for (size_t i = 0; i < all.size(); ++i) EXPECT_EQ(all[i], names[2 * i]);
  std::vector<std::string_view> twice = {"c.node.x", "c.node.x"};
  EXPECT_EQ(window.leave_out_known("data", twice, 1), 1u) << "also within one request";
}

TEST(ReplayWindow, WithoutRoomEverythingIsNew) {
  Asked asked(0);
  asked.data = "data";
  EXPECT_TRUE(asked.is_new("c.node.a", 0));
  EXPECT_TRUE(asked.is_new("c.node.a", 0));
  EXPECT_EQ(asked.window.memory_bytes(), 0u);
}

TEST(ReplayWindow, ItsMemoryIsFixedAndTheOldestGoFirst) {
  Asked asked(ReplayWindow::kPerBucket);  // one bucket
  const size_t bytes = asked.window.memory_bytes();
  asked.data = "data";
  for (int64_t i = 0; i < 9; ++i) {
    EXPECT_TRUE(asked.is_new("c.node." + std::to_string(i), i));
  }
  EXPECT_EQ(asked.window.forgotten(), 1u);
  EXPECT_FALSE(asked.is_new("c.node.8", 9));
  EXPECT_FALSE(asked.is_new("c.node.1", 9));
  EXPECT_TRUE(asked.is_new("c.node.0", 9)) << "made room for the ninth";
  EXPECT_EQ(asked.window.memory_bytes(), bytes);
}

TEST(ReplayWindow, WhatIsOutOfDateMakesRoomWithoutBeingCounted) {
  Asked asked(ReplayWindow::kPerBucket);
  asked.data = "data";
  for (int i = 0; i < 8; ++i) EXPECT_TRUE(asked.is_new("c.node." + std::to_string(i), 0));
  for (int i = 8; i < 16; ++i) EXPECT_TRUE(asked.is_new("c.node." + std::to_string(i), kWindowMs));
  EXPECT_EQ(asked.window.forgotten(), 0u);
}

TEST(ReplayWindow, AHundredThousandSubjectsAreAllRemembered) {
  Asked asked(1 << 18, 7);
  asked.data = "data";
  for (int i = 0; i < 100'000; ++i) ASSERT_TRUE(asked.is_new("c.node." + std::to_string(i), 0));
  int again = 0;
  for (int i = 0; i < 100'000; ++i) again += asked.is_new("c.node." + std::to_string(i), 1);
  EXPECT_EQ(static_cast<uint64_t>(again) > 0, asked.window.forgotten() > 0);
  EXPECT_LT(again, 1000) << "only a bucket that overflows forgets";
}

}  // namespace
}  // namespace antiphon::federation
