#include "broker/routing/interest_trie.h"

#include <gtest/gtest.h>

namespace antiphon {
namespace {

void want(InterestTrie& trie, std::string_view key) { trie.edit(key).plain = 1; }
void unwant(InterestTrie& trie, std::string_view key) {
  InterestEntry& entry = trie.edit(key);
  entry.plain = 0;
  trie.settle(entry);
}

TEST(InterestTrie, FindsNothingWhenItIsEmpty) {
  const InterestTrie trie;
  EXPECT_EQ(InterestTrie::find(trie.root(), "a"), nullptr);
  EXPECT_EQ(trie.entry_count(), 0u);
}

TEST(InterestTrie, FindsWhatWasEdited) {
  InterestTrie trie;
  trie.edit("a").plain = 5;
  trie.edit("a").passing = 2;
  const InterestEntry* found = InterestTrie::find(trie.root(), "a");
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(found->plain, 5u);
  EXPECT_EQ(found->passing, 2u);
  EXPECT_EQ(found->key, "a");
  EXPECT_EQ(InterestTrie::find(trie.root(), "b"), nullptr);
  EXPECT_EQ(trie.entry_count(), 1u);
}

TEST(InterestTrie, RemovesAnEntryThatSaysNothing) {
  InterestTrie trie;
  trie.settle(trie.edit("a"));
  EXPECT_EQ(trie.entry_count(), 0u);
  EXPECT_EQ(InterestTrie::find(trie.root(), "a"), nullptr);
  want(trie, "a");
  trie.settle(trie.edit("a"));
  EXPECT_EQ(trie.entry_count(), 1u) << "it still says something";
  unwant(trie, "a");
  EXPECT_EQ(trie.entry_count(), 0u);
}

TEST(InterestTrie, HoldsManyKeys) {
  constexpr int kKeys = 20'000;
  InterestTrie trie;
  for (int i = 0; i < kKeys; ++i) want(trie, "key." + std::to_string(i));
  EXPECT_EQ(trie.entry_count(), static_cast<size_t>(kKeys));
  for (int i = 0; i < kKeys; ++i) {
    ASSERT_NE(InterestTrie::find(trie.root(), "key." + std::to_string(i)), nullptr) << i;
  }
  for (int i = 0; i < kKeys; i += 2) unwant(trie, "key." + std::to_string(i));
  EXPECT_EQ(trie.entry_count(), static_cast<size_t>(kKeys / 2));
  for (int i = 0; i < kKeys; ++i) {
    const bool there = InterestTrie::find(trie.root(), "key." + std::to_string(i)) != nullptr;
    ASSERT_EQ(there, i % 2 == 1) << i;
  }
}

TEST(InterestTrie, KeepsAPublishedVersionAsItWas) {
  InterestTrie trie;
  for (int i = 0; i < 200; ++i) want(trie, std::to_string(i));
  const InterestNode* old_root = trie.root();
  const uint64_t version = trie.publish();
  for (int i = 0; i < 200; i += 2) unwant(trie, std::to_string(i));
  trie.edit("1").plain = 7;
  want(trie, "new");
  for (int i = 0; i < 200; ++i) {
    const InterestEntry* entry = InterestTrie::find(old_root, std::to_string(i));
    ASSERT_NE(entry, nullptr) << i;
    EXPECT_EQ(entry->plain, 1u);
  }
  EXPECT_EQ(InterestTrie::find(old_root, "new"), nullptr);
  const uint64_t next = trie.publish();
  EXPECT_EQ(next, version + 1);
  EXPECT_GT(trie.waiting_for_reclaim(), 0u);
  trie.reclaim(version);
  trie.free_some(SIZE_MAX);
  EXPECT_GT(trie.waiting_for_reclaim(), 0u) << "what the next version replaced is still read";
  trie.reclaim(next);
  trie.free_some(SIZE_MAX);
  EXPECT_EQ(trie.waiting_for_reclaim(), 0u);
  EXPECT_EQ(InterestTrie::find(trie.root(), "1")->plain, 7u);
}

TEST(InterestTrie, ReplacesNothingThatNobodyHasSeen) {
  InterestTrie trie;
  for (int i = 0; i < 100; ++i) want(trie, std::to_string(i));
  for (int i = 0; i < 100; ++i) unwant(trie, std::to_string(i));
  trie.publish();
  EXPECT_EQ(trie.waiting_for_reclaim(), 0u);
}

}  // namespace
}  // namespace antiphon
