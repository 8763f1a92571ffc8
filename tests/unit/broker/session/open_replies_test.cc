#include "broker/session/open_replies.h"

#include <gtest/gtest.h>

#include <set>

namespace antiphon {
namespace {

OpenReply reply_to(std::string subject, int64_t threshold_ms = 1000) {
  return {AccountId{1}, std::move(subject), ResponseType::kSingleton, threshold_ms};
}

TEST(OpenReplies, NamesTellTheShardAndNeverRepeat) {
  OpenReplies replies;
  std::set<std::string> names;
  for (uint16_t shard = 0; shard < kShardsMax; ++shard) {
    for (int i = 0; i < 100; ++i) {
      const std::string name(replies.open(ShardId{shard}, reply_to("x"), 0));
      EXPECT_EQ(shard_of_reply(name), ShardId{shard});
      EXPECT_TRUE(names.insert(name).second);
      EXPECT_NE(replies.find(name, 0), nullptr);
    }
  }
}

TEST(OpenReplies, OtherSubjectsNameNoShard) {
  OpenReplies replies;
  const std::string name(replies.open(ShardId{3}, reply_to("x"), 0));
  for (const std::string& other :
       {std::string("_R_."), std::string("foo"), name + "x", name.substr(1), "_R_.--" + name.substr(6)}) {
    EXPECT_EQ(shard_of_reply(other), std::nullopt) << other;
  }
}

TEST(OpenReplies, AReplyIsOverWhenItsTimeIs) {
  OpenReplies replies;
  const std::string name(replies.open(ShardId{0}, reply_to("x"), 100));
  EXPECT_NE(replies.find(name, 1099), nullptr);
  EXPECT_EQ(replies.find(name, 1100), nullptr);
  EXPECT_EQ(replies.prune(1099).expired, 0u);
  EXPECT_EQ(replies.prune(1100).expired, 1u);
  EXPECT_EQ(replies.size(), 0u);
  EXPECT_TRUE(replies.empty());
}

TEST(OpenReplies, AUseBeginsTheTimeAnew) {
  OpenReplies replies;
  const std::string name(replies.open(ShardId{0}, reply_to("x"), 0));
  OpenReplies::extend(*replies.find(name, 900), 900);
  EXPECT_EQ(replies.prune(1500).expired, 0u);
  EXPECT_NE(replies.find(name, 1500), nullptr);
  EXPECT_EQ(replies.prune(1900).expired, 1u);
}

TEST(OpenReplies, TheOldestGoesWhenThereAreTooMany) {
  OpenReplies replies;
  const std::string first(replies.open(ShardId{0}, reply_to("x"), 0));
  uint64_t displaced = 0;
  for (size_t i = 0; i < OpenReplies::kOpenMax; ++i) {
    replies.open(ShardId{0}, reply_to("y"), 0);
    displaced += replies.prune(0).displaced;
  }
  EXPECT_EQ(displaced, 1u);
  EXPECT_EQ(replies.find(first, 0), nullptr);
  EXPECT_EQ(replies.size(), OpenReplies::kOpenMax);
}

TEST(OpenReplies, OneThatStaysDoesNotKeepTheOthersInMemory) {
  OpenReplies replies;
  const std::string stays(replies.open(ShardId{0}, reply_to("x", 1'000'000), 0));
  for (size_t i = 0; i < 3 * OpenReplies::kOpenMax; ++i) {
    replies.close(std::string(replies.open(ShardId{0}, reply_to("y"), 0)));
    replies.prune(0);
  }
  EXPECT_NE(replies.find(stays, 0), nullptr);
  replies.close(stays);
  for (int i = 0; i < 2000; ++i) replies.prune(0);
  EXPECT_TRUE(replies.empty());
}

}  // namespace
}  // namespace antiphon
