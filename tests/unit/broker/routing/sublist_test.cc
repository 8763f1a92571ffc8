#include "broker/routing/sublist.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "broker/routing/fanout_plan.h"

namespace antiphon {
namespace {

class SublistTest : public testing::Test {
 protected:
  Subscription& add(std::string_view subject, std::string_view queue = {}) {
    subscriptions_.push_back(
        std::make_unique<Subscription>(nullptr, std::to_string(subscriptions_.size() + 1)));
    last_change_ = sublist_.insert(*subscriptions_.back(), subject, queue);
    return *subscriptions_.back();
  }
  void remove(Subscription& subscription) { last_change_ = sublist_.remove(subscription); }

  // The subjects of the matching entries.
  std::set<std::string> matching(std::string_view subject) {
    std::set<std::string> subjects;
    for (const SubjectEntry* entry : sublist_.match(subject)) {
      EXPECT_TRUE(subjects.emplace(entry->subject()).second) << "an entry is found once";
    }
    return subjects;
  }
  size_t entries() const {
    size_t count = 0;
    sublist_.for_each([&count](SubjectEntry&) { ++count; });
    return count;
  }

  Sublist sublist_;
  std::vector<std::unique_ptr<Subscription>> subscriptions_;
  InterestChange last_change_;
};

using Subjects = std::set<std::string>;

TEST_F(SublistTest, MatchesNothingWhenItIsEmpty) {
  EXPECT_EQ(matching("a"), Subjects{});
  EXPECT_EQ(matching(""), Subjects{});
  EXPECT_EQ(entries(), 0u);
}

TEST_F(SublistTest, FindsLiteralsAndWildcards) {
  for (const char* subject : {"a", "a.b", "a.*", "a.>", "*.b", "*.*", ">", "*", "a.b.c", "a.*.c"}) {
    add(subject);
  }
  EXPECT_EQ(matching("a"), (Subjects{"a", "*", ">"}));
  EXPECT_EQ(matching("a.b"), (Subjects{"a.b", "a.*", "a.>", "*.b", "*.*", ">"}));
  EXPECT_EQ(matching("a.b.c"), (Subjects{"a.b.c", "a.*.c", "a.>", ">"}));
  EXPECT_EQ(matching("x.y.z"), (Subjects{">"}));
  EXPECT_EQ(entries(), 10u);
}

TEST_F(SublistTest, ComparesAPublishedWildcardAsText) {
  add("a.b");
  add("a.*");
  add("a.>");
  EXPECT_EQ(matching("a.*"), (Subjects{"a.*", "a.>"}));
  EXPECT_EQ(matching("a.>"), (Subjects{"a.*", "a.>"}));
}

TEST_F(SublistTest, MatchesNothingWithAnEmptyToken) {
  add(">");
  add("a.*");
  add("a.>");
  for (const char* subject : {"", ".", "a.", ".a", "a..b"}) {
    EXPECT_EQ(matching(subject), Subjects{}) << subject;
  }
}

TEST_F(SublistTest, TakesSubjectsOfManyTokens) {
  std::string deep = "t";
  for (int i = 0; i < 500; ++i) deep += ".t";
  add(deep);
  add(deep + ".>");
  add("t.>");
  EXPECT_EQ(matching(deep), (Subjects{deep, "t.>"}));
  EXPECT_EQ(matching(deep + ".x"), (Subjects{deep + ".>", "t.>"}));
}

TEST_F(SublistTest, TellsWhenTheFirstComesAndTheLastGoes) {
  Subscription& first = add("a");
  EXPECT_TRUE(last_change_.plain_changed);
  EXPECT_FALSE(last_change_.queue_changed);
  Subscription& second = add("a");
  EXPECT_FALSE(last_change_.plain_changed);
  remove(first);
  EXPECT_FALSE(last_change_.plain_changed);
  EXPECT_EQ(first.entry, nullptr);
  remove(second);
  EXPECT_TRUE(last_change_.plain_changed);
  EXPECT_EQ(entries(), 0u);
}

TEST_F(SublistTest, TellsHowManyMembersAQueueGroupHas) {
  Subscription& first = add("a", "q");
  EXPECT_TRUE(last_change_.queue_changed);
  EXPECT_FALSE(last_change_.plain_changed);
  EXPECT_EQ(last_change_.queue_members, 1u);
  Subscription& second = add("a", "q");
  EXPECT_EQ(last_change_.queue_members, 2u);
  add("a", "other");
  EXPECT_EQ(last_change_.queue_members, 1u);
  add("a");
  EXPECT_TRUE(last_change_.plain_changed);
  EXPECT_FALSE(last_change_.queue_changed);
  const MatchResult& result = sublist_.match("a");
  ASSERT_EQ(result.size(), 1u);
  EXPECT_EQ(result[0]->queue_count(), 2u);
  EXPECT_EQ(result[0]->plain.size(), 1u);
  remove(first);
  EXPECT_EQ(last_change_.queue_members, 1u);
  remove(second);
  EXPECT_TRUE(last_change_.queue_changed);
  EXPECT_EQ(last_change_.queue_members, 0u);
  EXPECT_EQ(sublist_.match("a")[0]->queue_count(), 1u);
}

TEST_F(SublistTest, KeepsEveryPositionRightWhenOneLeavesTheMiddle) {
  std::vector<Subscription*> readers;
  for (int i = 0; i < 10; ++i) readers.push_back(&add("a"));
  remove(*readers[3]);
  remove(*readers[0]);
  remove(*readers[9]);
  const SubjectEntry& entry = *sublist_.match("a")[0];
  ASSERT_EQ(entry.plain.size(), 7u);
  for (uint32_t i = 0; i < entry.plain.size(); ++i) EXPECT_EQ(entry.plain[i]->position, i);
}

TEST_F(SublistTest, CountsLimitedReaders) {
  Subscription& reader = add("a");
  add("a");
  SubjectEntry& entry = *reader.entry;
  EXPECT_EQ(entry.limited, 0u);
  sublist_.limit(reader, 5);
  sublist_.limit(reader, 6);
  EXPECT_EQ(entry.limited, 1u);
  EXPECT_EQ(reader.max_messages, 6u);
  sublist_.limit(reader, 0);
  EXPECT_EQ(entry.limited, 0u);
  sublist_.limit(reader, 7);
  remove(reader);
  EXPECT_EQ(entry.limited, 0u);
  Subscription& member = add("a", "q");
  sublist_.limit(member, 3);
  EXPECT_EQ(entry.limited, 0u) << "only plain readers are delivered to together";
}

TEST_F(SublistTest, CountsAnewWhenALimitedReaderComesBack) {
  Subscription& reader = add("a");
  sublist_.limit(reader, 2);
  remove(reader);
  add("a");
  last_change_ = sublist_.insert(reader, "a", {});
  EXPECT_EQ(reader.entry->limited, 1u);
  remove(reader);
}

TEST_F(SublistTest, NeverAnswersFromMemoryAfterAChange) {
  // Two subjects in turn, so that neither is just the last one.
  const auto always = [this](const Subjects& expected) {
    for (int i = 0; i < 3; ++i) {
      EXPECT_EQ(matching("a.b"), expected);
      EXPECT_EQ(matching("a.c"), expected);
    }
    EXPECT_EQ(sublist_.cached(), 2u);
  };
  add("a.*");
  always({"a.*"});
  Subscription& second = add("a.>");
  always({"a.*", "a.>"});
  remove(second);
  always({"a.*"});
  Subscription& literal = add("a.b");
  EXPECT_EQ(matching("a.b"), (Subjects{"a.*", "a.b"}));
  remove(literal);
  EXPECT_EQ(matching("a.b"), (Subjects{"a.*"}));
}

TEST_F(SublistTest, KeepsWhatItRemembersWhenOnlyReadersComeAndGo) {
  add("a.*");
  for (int i = 0; i < 3; ++i) matching("a.b");
  const uint64_t hits = sublist_.counters().cache_hits;
  Subscription& second = add("a.*");
  EXPECT_EQ(sublist_.match("a.b")[0]->plain.size(), 2u);
  remove(second);
  EXPECT_EQ(sublist_.match("a.b")[0]->plain.size(), 1u);
  EXPECT_EQ(sublist_.counters().cache_hits, hits + 2);
}

TEST_F(SublistTest, CountsWhatHappens) {
  Subscription& reader = add("a.*");
  add("b", "q");
  matching("a.b");
  remove(reader);
  const SublistCounters& counters = sublist_.counters();
  EXPECT_EQ(counters.inserts, 2u);
  EXPECT_EQ(counters.removes, 1u);
  EXPECT_EQ(counters.subscriptions, 1u);
  EXPECT_EQ(counters.matches, 1u);
}

TEST_F(SublistTest, RemembersNothingButTheLastWhenTheCacheIsOff) {
  sublist_.set_cache_enabled(false);
  add("a.*");
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(matching("a.b"), (Subjects{"a.*"}));
    EXPECT_EQ(matching("a.c"), (Subjects{"a.*"}));
  }
  EXPECT_EQ(sublist_.cached(), 0u);
}

TEST_F(SublistTest, RemovesWildcardPathsThatNobodyNeeds) {
  Subscription& deep = add("a.*.b.*.>");
  Subscription& shallow = add("a.*");
  remove(deep);
  EXPECT_EQ(matching("a.x"), (Subjects{"a.*"}));
  EXPECT_EQ(matching("a.x.b.y.z"), Subjects{});
  remove(shallow);
  add("a.*.b.*.>");
  EXPECT_EQ(matching("a.x.b.y.z"), (Subjects{"a.*.b.*.>"}));
}

using SublistDeathTest = SublistTest;
TEST_F(SublistDeathTest, NoticesASubscriptionThatIsInsertedTwiceOrRemovedTwice) {
  Subscription& reader = add("a");
  EXPECT_DEATH(sublist_.insert(reader, "b", {}), "check failed");
  remove(reader);
  EXPECT_DEATH(sublist_.remove(reader), "check failed");
}

}  // namespace
}  // namespace antiphon
