#include "federation/memory/asked_requests.h"

#include <gtest/gtest.h>

#include <string>

namespace antiphon::federation {
namespace {

constexpr int64_t kNow = 1'000'000;
constexpr int64_t kLife = AskedRequests::kLifeMs;
constexpr int64_t kKept = AskedRequests::kKeptMs;

std::string id(int number) {
  return "\"r" + std::to_string(number) + "\"";
}

TEST(AskedRequests, KnowWhoAskedWhat) {
  AskedRequests asked(1024);
  const AskedKey key = asked.key_of(id(1), "c.reply.h.i");
  EXPECT_EQ(asked.find(key, kNow), AskedBy::kNobody);
  EXPECT_TRUE(asked.note(key, kNow));
  EXPECT_FALSE(asked.note(key, kNow + 1)) << "its other messages name other targets";
  EXPECT_EQ(asked.find(key, kNow + 1), AskedBy::kAsker);
  EXPECT_EQ(asked.find(asked.key_of(id(1), "c.reply.h.j"), kNow), AskedBy::kAnother);
  EXPECT_EQ(asked.find(asked.key_of(id(2), "c.reply.h.i"), kNow), AskedBy::kNobody);
  EXPECT_EQ(asked.find(asked.key_of("", "c.reply.h.i"), kNow), AskedBy::kNobody);
}

// Two who use one id are told apart.
TEST(AskedRequests, AnIdMayHaveTwoAskers) {
  AskedRequests asked(1024);
  for (const char* asker : {"c.reply.h.i", "c.reply.h.j"}) asked.note(asked.key_of("", asker), kNow);
  for (const char* asker : {"c.reply.h.i", "c.reply.h.j"}) {
    EXPECT_EQ(asked.find(asked.key_of("", asker), kNow), AskedBy::kAsker);
  }
  EXPECT_EQ(asked.find(asked.key_of("", "c.reply.h.k"), kNow), AskedBy::kAnother);
}

// Go writes `<` as \u003c, other writers as it is.
TEST(AskedRequests, TheSpellingOfAnIdDoesNotMatter) {
  AskedRequests asked(1024);
  asked.note(asked.key_of(R"("a<\/b")", "c.reply.h.i"), kNow);
  EXPECT_EQ(asked.find(asked.key_of(R"("a\u003c/b")", "c.reply.h.i"), kNow), AskedBy::kAsker);
  EXPECT_EQ(asked.find(asked.key_of(R"("a</b")", "c.reply.h.i"), kNow), AskedBy::kAsker);
  EXPECT_EQ(asked.find(asked.key_of(R"("a<b")", "c.reply.h.i"), kNow), AskedBy::kNobody);
}

TEST(AskedRequests, AreForgottenWhenNobodyAnswersThemAnyMore) {
  AskedRequests asked(1024);
  const AskedKey key = asked.key_of(id(1), "c.reply.h.i");
  asked.note(key, kNow);
  EXPECT_EQ(asked.find(key, kNow + kKept - 1), AskedBy::kAsker);
  EXPECT_EQ(asked.find(key, kNow + kKept), AskedBy::kNobody);
  EXPECT_TRUE(asked.note(key, kNow + kKept));
  EXPECT_EQ(asked.find(key, kNow + kKept), AskedBy::kAsker);
  EXPECT_FALSE(asked.has_forgotten(kNow + kKept)) << "nothing made room before its time";
}

TEST(AskedRequests, WhatMadeRoomBeforeItsTimeIsSaid) {
  AskedRequests asked(AskedRequests::kPerBucket);  // one bucket
  const int all = static_cast<int>(AskedRequests::kPerBucket);
  for (int i = 0; i < all; ++i) asked.note(asked.key_of(id(i), "c.reply.h.i"), kNow + i);
  EXPECT_FALSE(asked.has_forgotten(kNow + all));
  // One that is old enough makes room without a word.
  asked.note(asked.key_of(id(all), "c.reply.h.i"), kNow + kLife);
  EXPECT_EQ(asked.find(asked.key_of(id(0), "c.reply.h.i"), kNow + kLife), AskedBy::kNobody);
  EXPECT_FALSE(asked.has_forgotten(kNow + kLife));
  EXPECT_EQ(asked.forgotten(), 0u);
  asked.note(asked.key_of(id(all + 1), "c.reply.h.i"), kNow + kLife);
  EXPECT_EQ(asked.find(asked.key_of(id(1), "c.reply.h.i"), kNow + kLife), AskedBy::kNobody);
  EXPECT_TRUE(asked.has_forgotten(kNow + kLife)) << "it was asked a millisecond later";
  EXPECT_FALSE(asked.has_forgotten(kNow + 1 + kLife));
  EXPECT_EQ(asked.forgotten(), 1u);
  EXPECT_EQ(asked.find(asked.key_of(id(2), "c.reply.h.i"), kNow + kLife), AskedBy::kAsker);
}

TEST(AskedRequests, CanBeAddedToOthers) {
  AskedRequests old_ones(1024), asked(1024);
  old_ones.note(old_ones.key_of(id(1), "c.reply.h.i"), kNow);
  old_ones.note(old_ones.key_of(id(2), "c.reply.h.i"), kNow - kKept);
  asked.note(asked.key_of(id(3), "c.reply.h.i"), kNow);
  asked.add_all(old_ones, kNow);
  EXPECT_EQ(asked.find(asked.key_of(id(1), "c.reply.h.i"), kNow), AskedBy::kAsker);
  EXPECT_EQ(asked.find(asked.key_of(id(1), "c.reply.h.j"), kNow), AskedBy::kAnother);
  EXPECT_EQ(asked.find(asked.key_of(id(2), "c.reply.h.i"), kNow), AskedBy::kNobody);
  EXPECT_EQ(asked.find(asked.key_of(id(3), "c.reply.h.i"), kNow), AskedBy::kAsker);
  EXPECT_EQ(asked.find(asked.key_of(id(1), "c.reply.h.i"), kNow + kKept), AskedBy::kNobody)
      << "its time goes on";
}

TEST(AskedRequests, AddingDoesNotPushOutWhatIsYounger) {
  const int all = static_cast<int>(AskedRequests::kPerBucket);
  AskedRequests old_ones(AskedRequests::kPerBucket), asked(AskedRequests::kPerBucket);
  old_ones.note(old_ones.key_of(id(1000), "c.reply.h.i"), kNow - 1);
  for (int i = 0; i < all; ++i) asked.note(asked.key_of(id(i), "c.reply.h.i"), kNow);
  asked.add_all(old_ones, kNow);
  for (int i = 0; i < all; ++i) {
    EXPECT_EQ(asked.find(asked.key_of(id(i), "c.reply.h.i"), kNow), AskedBy::kAsker) << i;
  }
  EXPECT_TRUE(asked.has_forgotten(kNow));
}

}  // namespace
}  // namespace antiphon::federation
