#include "federation/memory/early_replies.h"

#include <gtest/gtest.h>

#include <string>

namespace antiphon::federation {
namespace {

constexpr AskedKey kOne{1, 1};
constexpr AskedKey kTwo{2, 2};
constexpr int64_t kStep = EarlyReplies::kTurnMsMax;

std::string take(EarlyReplies& early, AskedKey key) {
  std::string taken;
  for (const EarlyReply& one :
       early.take_if([key](const EarlyReply& reply) { return reply.key.request == key.request; })) {
    taken += one.message;
  }
  return taken;
}

TEST(EarlyReplies, WaitForTheirRequestInOrder) {
  EarlyReplies early;
  EXPECT_TRUE(early.empty());
  for (const char* message : {"a", "b"}) EXPECT_TRUE(early.add(kOne, message));
  EXPECT_TRUE(early.add(kTwo, "c"));
  EXPECT_EQ(early.count(), 3u);
  EXPECT_EQ(take(early, kOne), "ab");
  EXPECT_EQ(take(early, kOne), "");
  EXPECT_EQ(early.count(), 1u);
  EXPECT_EQ(take(early, kTwo), "c");
  EXPECT_TRUE(early.empty());
}

TEST(EarlyReplies, AreLateWhenTheRequestWouldHaveCome) {
  EarlyReplies early;
  int64_t now_ms = 5000;
  early.turn(now_ms, true);
  early.add(kOne, "a");
  for (int64_t waited = 0; waited < EarlyReplies::kMsMax; waited += kStep) {
    EXPECT_FALSE(early.is_any_late()) << waited;
    early.turn(now_ms += kStep, true);
  }
  EXPECT_TRUE(early.is_any_late());
  early.add(kTwo, "b");
  EXPECT_EQ(early.take_if([&](const EarlyReply& one) { return early.is_late(one); }).size(), 1u);
  EXPECT_FALSE(early.is_any_late());
}

// Nothing can come while that side is not read, and a process that stood still has read nothing either.
TEST(EarlyReplies, TimeInWhichNothingIsReadDoesNotCount) {
  EarlyReplies early;
  int64_t now_ms = 5000;
  early.turn(now_ms, true);
  early.add(kOne, "a");
  for (int i = 0; i < 100; ++i) early.turn(now_ms += kStep, false);
  EXPECT_FALSE(early.is_any_late());
  early.turn(now_ms += 600'000, true);
  EXPECT_FALSE(early.is_any_late());
}

TEST(EarlyReplies, AreBoundedInBytesAndNumber) {
  EarlyReplies early;
  const std::string half(EarlyReplies::kBytesMax / 2, 'x');
  EXPECT_TRUE(early.add(kOne, half));
  EXPECT_TRUE(early.add(kTwo, half));
  EXPECT_FALSE(early.add(kTwo, "x"));
  EXPECT_EQ(take(early, kOne).size(), half.size());
  EXPECT_TRUE(early.add(kOne, "x")) << "there is room again";
  take(early, kOne);
  take(early, kTwo);
  for (size_t i = 0; i < EarlyReplies::kCountMax; ++i) ASSERT_TRUE(early.add(kOne, ""));
  EXPECT_FALSE(early.add(kOne, ""));
}

}  // namespace
}  // namespace antiphon::federation
