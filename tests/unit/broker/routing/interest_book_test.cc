#include "broker/routing/interest_book.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace antiphon {
namespace {

constexpr ShardId k0{0};
constexpr ShardId k1{1};
constexpr ShardId k2{2};

class InterestBookTest : public testing::Test {
 protected:
  void tell(ShardId shard, std::string subject, uint32_t members, std::string queue = {},
            AccountId account = kGlobalAccount) {
    book_.apply({shard, account, std::move(subject), std::move(queue), members,
                 ++sequences_[shard.value]});
  }
  // Publishes, and lets `shards` acknowledge.
  InterestSnapshot publish() { return book_.publish(); }
  std::vector<std::pair<uint16_t, uint64_t>> acknowledge(ShardId shard, uint64_t version) {
    std::vector<std::pair<uint16_t, uint64_t>> visible;
    for (const auto& one : book_.acknowledge(shard, version)) {
      visible.emplace_back(one.shard.value, one.sequence);
    }
    return visible;
  }

  InterestBook book_{3};
  uint64_t sequences_[3] = {};
};

using Visible = std::vector<std::pair<uint16_t, uint64_t>>;

TEST_F(InterestBookTest, PublishesWhatShardsWant) {
  EXPECT_FALSE(book_.has_unpublished());
  tell(k1, "a", 1);
  tell(k2, "a", 1);
  tell(k2, "b.*", 1);
  EXPECT_TRUE(book_.has_unpublished());
  InterestReader reader;
  reader.adopt(publish());
  EXPECT_FALSE(book_.has_unpublished());
  EXPECT_EQ(reader.match(kGlobalAccount, "a").plain, mask_of(k1) | mask_of(k2));
  EXPECT_EQ(reader.match(kGlobalAccount, "b.x").plain, mask_of(k2));
  EXPECT_EQ(reader.match(kGlobalAccount, "c").plain, 0u);
}

TEST_F(InterestBookTest, TellsSendersOnlyWhenEveryShardReadsTheirChange) {
  tell(k1, "a", 1);
  tell(k1, "b", 1);
  const uint64_t first = publish().version;
  EXPECT_EQ(acknowledge(k0, first), Visible{});
  EXPECT_EQ(acknowledge(k1, first), Visible{});
  tell(k1, "c", 1);
  tell(k2, "c", 1);
  const uint64_t second = publish().version;
  EXPECT_EQ(acknowledge(k2, first), (Visible{{1, 2}}));
  EXPECT_EQ(acknowledge(k0, second), Visible{});
  EXPECT_EQ(acknowledge(k1, second), Visible{});
  EXPECT_EQ(acknowledge(k2, second), (Visible{{1, 3}, {2, 1}}));
  EXPECT_EQ(acknowledge(k2, second), Visible{});
}

TEST_F(InterestBookTest, TellsOnceWhenAShardAcknowledgesSeveralAtOnce) {
  tell(k0, "a", 1);
  publish();
  tell(k0, "b", 1);
  const uint64_t second = publish().version;
  acknowledge(k0, second);
  acknowledge(k1, second);
  const Visible visible = acknowledge(k2, second);
  ASSERT_FALSE(visible.empty());
  EXPECT_EQ(visible.back(), (std::pair<uint16_t, uint64_t>{0, 2}));
}

TEST_F(InterestBookTest, ForgetsWhatNobodyWantsAnyMore) {
  const std::string subjects[] = {"a", "a.b.c", "a.*.c", "a.b.>", ">", "*", "*.x.>"};
  for (const std::string& subject : subjects) {
    tell(k1, subject, 1);
    tell(k2, subject, 2, "q");
    tell(k1, subject, 3, "q");
  }
  EXPECT_GT(book_.entry_count(), 7u) << "prefixes of wildcard subjects are entries too";
  publish();
  for (const std::string& subject : subjects) {
    tell(k1, subject, 0);
    tell(k2, subject, 0, "q");
    tell(k1, subject, 0, "q");
  }
  EXPECT_EQ(book_.entry_count(), 0u);
  const InterestSnapshot last = publish();
  EXPECT_EQ(last.wildcard_subjects, 0u);
  acknowledge(k0, last.version);
  acknowledge(k1, last.version);
  EXPECT_FALSE(book_.has_more_to_free());
  acknowledge(k2, last.version);
  EXPECT_GT(book_.waiting_for_reclaim(), 3u);
  while (book_.has_more_to_free()) {
    const size_t waiting = book_.waiting_for_reclaim();
    book_.free_some(3);
    EXPECT_GE(book_.waiting_for_reclaim() + 3, waiting);
    EXPECT_LT(book_.waiting_for_reclaim(), waiting);
  }
  EXPECT_EQ(book_.waiting_for_reclaim(), 0u);
}

TEST_F(InterestBookTest, KeepsAPrefixWhileAnyWildcardSubjectPassesThroughIt) {
  tell(k1, "a.b.*", 1);
  tell(k1, "a.b.>", 1);
  tell(k1, "a.b.*", 0);
  InterestReader reader;
  reader.adopt(publish());
  EXPECT_EQ(reader.match(kGlobalAccount, "a.b.c").plain, mask_of(k1));
  EXPECT_EQ(reader.match(kGlobalAccount, "a.b.c.d").plain, mask_of(k1));
}

TEST_F(InterestBookTest, KeepsTheNewestWeightOfAGroup) {
  tell(k1, "a", 1, "q");
  tell(k1, "a", 5, "q");
  tell(k2, "a", 2, "q");
  tell(k2, "a", 1, "r");
  InterestReader reader;
  reader.adopt(publish());
  const InterestMatch& match = reader.match(kGlobalAccount, "a");
  ASSERT_EQ(match.queues.size(), 2u);
  const auto& q = match.queues[0].name == "q" ? match.queues[0] : match.queues[1];
  EXPECT_EQ(q.members(), 7u);
  EXPECT_EQ(q.weights.size(), 2u);
}

TEST_F(InterestBookTest, IgnoresTheEndOfAGroupItNeverKnew) {
  tell(k1, "a", 0, "q");
  tell(k1, "a", 0);
  EXPECT_EQ(book_.entry_count(), 0u);
}

TEST_F(InterestBookTest, KeepsAccountsApart) {
  tell(k1, "a", 1, {}, AccountId{1});
  tell(k2, "a", 1, {}, AccountId{256});
  InterestReader reader;
  reader.adopt(publish());
  EXPECT_EQ(reader.match(kGlobalAccount, "a").plain, 0u);
  EXPECT_EQ(reader.match(AccountId{1}, "a").plain, mask_of(k1));
  EXPECT_EQ(reader.match(AccountId{256}, "a").plain, mask_of(k2));
}

using InterestBookDeathTest = InterestBookTest;
TEST_F(InterestBookDeathTest, NoticesALostDeltaAndAnAcknowledgementOutOfOrder) {
  EXPECT_DEATH(book_.apply({k1, kGlobalAccount, "a", {}, 1, 2}), "check failed");
  tell(k1, "a", 1);
  publish();
  acknowledge(k1, 2);
  EXPECT_DEATH(acknowledge(k1, 1), "check failed");
}

}  // namespace
}  // namespace antiphon
