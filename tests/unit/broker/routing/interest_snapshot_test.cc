#include "broker/routing/interest_snapshot.h"

#include <gtest/gtest.h>

#include "broker/routing/interest_book.h"

namespace antiphon {
namespace {

constexpr ShardId k1{1};
constexpr ShardId k2{2};

class InterestReaderTest : public testing::Test {
 protected:
  void tell(ShardId shard, std::string subject, uint32_t members = 1, std::string queue = {}) {
    book_.apply({shard, kGlobalAccount, std::move(subject), std::move(queue), members,
                 ++sequences_[shard.value]});
  }
  ShardMask plain(std::string_view subject) {
    return reader_.match(kGlobalAccount, subject).plain;
  }

  InterestBook book_{3};
  uint64_t sequences_[3] = {};
  InterestReader reader_;
};

TEST_F(InterestReaderTest, KnowsOfNobodyBeforeTheFirstSnapshot) {
  EXPECT_EQ(plain("a"), 0u);
  EXPECT_TRUE(reader_.match(kGlobalAccount, "a").queues.empty());
}

TEST_F(InterestReaderTest, FindsEveryKindOfSubject) {
  tell(k1, "a.b");
  tell(k2, "a.*");
  tell(k1, "x.>");
  tell(k2, "*.y.*");
  reader_.adopt(book_.publish());
  EXPECT_EQ(plain("a.b"), mask_of(k1) | mask_of(k2));
  EXPECT_EQ(plain("a.c"), mask_of(k2));
  EXPECT_EQ(plain("x.y"), mask_of(k1));
  EXPECT_EQ(plain("x.y.z"), mask_of(k1) | mask_of(k2));
  EXPECT_EQ(plain("x"), 0u);
  EXPECT_EQ(plain("a"), 0u);
  EXPECT_EQ(plain("a.b.c"), 0u);
}

TEST_F(InterestReaderTest, ComparesAPublishedWildcardAsText) {
  tell(k1, "a.*");
  tell(k2, "a.>");
  tell(k2, "a.b");
  reader_.adopt(book_.publish());
  EXPECT_EQ(plain("a.*"), mask_of(k1) | mask_of(k2));
  EXPECT_EQ(plain("a.>"), mask_of(k1) | mask_of(k2));
  EXPECT_EQ(plain("*.b"), 0u);
}

TEST_F(InterestReaderTest, FindsNobodyForAnEmptyToken) {
  tell(k1, ">");
  tell(k1, "a.*");
  tell(k1, "a.>");
  reader_.adopt(book_.publish());
  for (const char* subject : {"", ".", "a.", ".a", "a..b"}) EXPECT_EQ(plain(subject), 0u) << subject;
}

TEST_F(InterestReaderTest, AddsUpAGroupOverAllSubjectsThatMatch) {
  tell(k1, "a.b", 2, "q");
  tell(k1, "a.*", 3, "q");
  tell(k2, "a.>", 4, "q");
  tell(k2, "a.>", 1, "r");
  reader_.adopt(book_.publish());
  const InterestMatch& match = reader_.match(kGlobalAccount, "a.b");
  ASSERT_EQ(match.queues.size(), 2u);
  for (const QueueInterest& queue : match.queues) {
    EXPECT_EQ(queue.members(), queue.name == "q" ? 9u : 1u) << queue.name;
    EXPECT_EQ(queue.weights.size(), queue.name == "q" ? 2u : 1u);
  }
}

TEST_F(InterestReaderTest, AsksAnewAfterAnotherSnapshot) {
  tell(k1, "a");
  reader_.adopt(book_.publish());
  EXPECT_EQ(plain("a"), mask_of(k1));
  tell(k2, "a");
  EXPECT_EQ(plain("a"), mask_of(k1)) << "not published yet";
  reader_.adopt(book_.publish());
  EXPECT_EQ(plain("a"), mask_of(k1) | mask_of(k2));
}

TEST_F(InterestReaderTest, ForgetsTheLastAnswerForAnotherSubjectOrAccount) {
  tell(k1, "a");
  reader_.adopt(book_.publish());
  EXPECT_EQ(plain("a"), mask_of(k1));
  EXPECT_EQ(reader_.match(AccountId{1}, "a").plain, 0u);
  EXPECT_EQ(plain("a"), mask_of(k1));
  EXPECT_EQ(plain("b"), 0u);
  EXPECT_EQ(plain("a"), mask_of(k1));
}

TEST_F(InterestReaderTest, TakesSubjectsOfManyTokens) {
  std::string deep = "t";
  for (int i = 0; i < 300; ++i) deep += ".t";
  tell(k1, deep + ".>");
  reader_.adopt(book_.publish());
  EXPECT_EQ(plain(deep + ".x"), mask_of(k1));
  EXPECT_EQ(plain(deep), 0u);
}

TEST(InterestKeys, KeepLiteralsWildcardsAndAccountsApart) {
  std::string literal;
  std::string wildcard;
  std::string other_account;
  append_literal_key(literal, AccountId{1}, "a");
  append_wildcard_key(wildcard, AccountId{1}, "a");
  append_literal_key(other_account, AccountId{2}, "a");
  EXPECT_NE(literal, wildcard);
  EXPECT_NE(literal, other_account);
  EXPECT_EQ(literal.size(), wildcard.size());
}

}  // namespace
}  // namespace antiphon
