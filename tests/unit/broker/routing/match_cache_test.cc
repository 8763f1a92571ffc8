#include "broker/routing/match_cache.h"

#include <gtest/gtest.h>

#include "broker/routing/fanout_plan.h"

namespace antiphon {
namespace {

class MatchCacheTest : public testing::Test {
 protected:
  ~MatchCacheTest() override {
    SubjectEntry::destroy(a_);
    SubjectEntry::destroy(b_);
  }
  // As a sublist does: look, and remember what was found otherwise. Returns whether it was known.
  bool ask(std::string_view subject, SubjectEntry* entry) {
    if (const MatchResult* known = cache_.find(subject)) {
      EXPECT_EQ(*known, MatchResult{entry});
      return true;
    }
    EXPECT_EQ(cache_.remember(subject, MatchResult{entry}), MatchResult{entry});
    return false;
  }

  SubjectEntry* a_ = SubjectEntry::create("a");
  SubjectEntry* b_ = SubjectEntry::create("b");
  MatchCache cache_;
};

TEST_F(MatchCacheTest, KnowsNothingAtFirst) {
  EXPECT_EQ(cache_.last("a"), nullptr);
  EXPECT_EQ(cache_.last(""), nullptr);
  EXPECT_EQ(cache_.find("a"), nullptr);
}

TEST_F(MatchCacheTest, AlwaysRemembersTheLastSubject) {
  cache_.remember_last("a", MatchResult{a_});
  ASSERT_NE(cache_.last("a"), nullptr);
  EXPECT_EQ(*cache_.last("a"), MatchResult{a_});
  EXPECT_EQ(cache_.last("b"), nullptr);
  cache_.remember_last("b", MatchResult{b_, a_});
  EXPECT_EQ(cache_.last("a"), nullptr);
  EXPECT_EQ(*cache_.last("b"), (MatchResult{b_, a_}));
}

TEST_F(MatchCacheTest, KeepsASubjectOnlyWhenItIsAskedForAgain) {
  EXPECT_FALSE(ask("x", a_));
  EXPECT_EQ(cache_.size(), 0u);
  EXPECT_FALSE(ask("x", a_));
  EXPECT_EQ(cache_.size(), 1u);
  EXPECT_TRUE(ask("x", a_));
}

TEST_F(MatchCacheTest, ForgetsEverythingWhenInvalidated) {
  ask("x", a_);
  ask("x", a_);
  cache_.invalidate();
  EXPECT_EQ(cache_.size(), 0u);
  EXPECT_EQ(cache_.last("x"), nullptr);
  EXPECT_EQ(cache_.find("x"), nullptr);
}

TEST_F(MatchCacheTest, DoesNotKeepLongSubjects) {
  const std::string fits(MatchCache::kSubjectBytesMax, 's');
  const std::string longer = fits + "s";
  for (int i = 0; i < 3; ++i) ask(longer, a_);
  EXPECT_EQ(cache_.size(), 0u);
  ASSERT_NE(cache_.last(longer), nullptr);
  ask(fits, a_);
  ask(fits, a_);
  EXPECT_EQ(cache_.size(), 1u);
}

TEST_F(MatchCacheTest, ALongSubjectDoesNotLetTheNextOneIn) {
  ask("x", a_);
  EXPECT_EQ(cache_.find("x"), nullptr);  // the second request: would be kept
  EXPECT_EQ(cache_.find(std::string(MatchCache::kSubjectBytesMax + 1, 's')), nullptr);
  cache_.remember("y", MatchResult{b_});
  EXPECT_EQ(cache_.size(), 0u);
}

TEST_F(MatchCacheTest, AThousandSubjectsInTurnAreAlmostAllKeptAfterTwoRounds) {
  constexpr size_t kSubjects = 1000;
  for (int round = 0; round < 3; ++round) {
    for (size_t i = 0; i < kSubjects; ++i) ask("s." + std::to_string(i), a_);
  }
  EXPECT_GT(cache_.size(), kSubjects * 95 / 100);
}

TEST_F(MatchCacheTest, NeverHoldsMoreThanItsBound) {
  for (size_t i = 0; i < 3 * MatchCache::kEntriesMax; ++i) {
    const std::string subject = "s." + std::to_string(i);
    ask(subject, a_);
    ask(subject, a_);
    ASSERT_LE(cache_.size(), MatchCache::kEntriesMax);
  }
  EXPECT_GT(cache_.size(), 0u);
}

}  // namespace
}  // namespace antiphon
