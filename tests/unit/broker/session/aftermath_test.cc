#include "broker/session/aftermath.h"

#include "tests/unit/broker/session/scene.h"

namespace antiphon {
namespace {

constexpr int64_t kRestMs = Aftermath::kRestMs;

class AftermathTest : public Scene {
 protected:
  std::vector<SceneClient> crowd(size_t count) {
    std::vector<SceneClient> all;
    for (size_t i = 0; i < count; ++i) all.push_back(client());
    // Their first pings are over, the next are due in two minutes.
    advance_ms(3000);
    look();
    return all;
  }
  static void close(std::vector<SceneClient>& clients, size_t first, size_t count) {
    for (size_t i = first; i < first + count; ++i) clients[i].close();
  }
  // The turn that its wait ends with.
  void look() {
    world().run_turn(0);
    aftermath_.look_at(shard());
  }
  // As the shard's thread would wait with nothing else to do; -1: for ever.
  int wait_ms() { return aftermath_.limited(-1, shard().now.ms()); }
  // The clocks of sessions that have gone are what can be seen of it.
  bool was_given_back() { 
    const size_t sessions = shard().sessions.count();
    return shard().timers.size() <= sessions + sessions / 2 + 1;
  }

  Aftermath aftermath_;
};

TEST_F(AftermathTest, WhatACrowdNeededIsGivenBackAWhileAfterHalfOfItHasGone) {
  std::vector<SceneClient> all = crowd(Aftermath::kCrowdMin);
  all[0].send("SUB stays 1\r\n");
  close(all, 1, Aftermath::kCrowdMin / 2 - 1);
  look();
  EXPECT_EQ(wait_ms(), -1);
  close(all, Aftermath::kCrowdMin / 2, 1);
  look();
  EXPECT_EQ(wait_ms(), kRestMs);
  advance_ms(kRestMs - 1);
  close(all, Aftermath::kCrowdMin / 2 + 1, Aftermath::kCrowdMin / 2 - 1);
  look();
  EXPECT_EQ(wait_ms(), 1) << "those who leave do not put it off";
  EXPECT_FALSE(was_given_back());
  advance_ms(1);
  look();
  EXPECT_TRUE(was_given_back());
  EXPECT_EQ(shard().closing.capacity(), 0u);
  EXPECT_EQ(wait_ms(), -1);
  // Who stays is served as before, and its clocks still go.
  all[0].take();
  EXPECT_EQ(all[0].ask("PUB stays 2\r\nhi\r\n"), "MSG stays 1 2\r\nhi\r\n");
  advance_ms(121'000);
  advance_ms(121'000);
  EXPECT_NE(all[0].take().find("PING\r\n"), std::string::npos);
}

TEST_F(AftermathTest, NothingIsTakenFromACrowdThatCameBack) {
  std::vector<SceneClient> all = crowd(Aftermath::kCrowdMin);
  close(all, 0, Aftermath::kCrowdMin);
  look();
  EXPECT_EQ(wait_ms(), kRestMs);
  all = crowd(Aftermath::kCrowdMin);
  advance_ms(kRestMs);
  look();
  EXPECT_FALSE(was_given_back());
  EXPECT_EQ(wait_ms(), -1);
  close(all, 0, Aftermath::kCrowdMin / 2);
  look();
  EXPECT_EQ(wait_ms(), kRestMs) << "it is the same crowd";
}

TEST_F(AftermathTest, WhoIsLeftIsACrowdOfItsOwn) {
  std::vector<SceneClient> all = crowd(2 * Aftermath::kCrowdMin);
  close(all, 0, Aftermath::kCrowdMin);
  look();
  advance_ms(kRestMs);
  look();
  EXPECT_EQ(wait_ms(), -1);
  close(all, Aftermath::kCrowdMin, Aftermath::kCrowdMin / 2 - 1);
  look();
  EXPECT_EQ(wait_ms(), -1);
  close(all, 2 * Aftermath::kCrowdMin - 1, 1);
  look();
  EXPECT_EQ(wait_ms(), kRestMs);
}

TEST_F(AftermathTest, AFewAreNoCrowd) {
  std::vector<SceneClient> all = crowd(Aftermath::kCrowdMin - 1);
  close(all, 0, all.size());
  look();
  EXPECT_EQ(wait_ms(), -1);
  EXPECT_EQ(aftermath_.limited(77, 0), 77);
}

}  // namespace
}  // namespace antiphon
