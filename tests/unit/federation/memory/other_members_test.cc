#include "federation/memory/other_members.h"

#include <gtest/gtest.h>

namespace antiphon::federation {
namespace {

constexpr int64_t kBegin = 1'000'000;
constexpr int64_t kWhile = OtherMembers::kWhileMs;

TEST(OtherMembers, WhoTakesAllThatHeHearsIsAlone) {
  OtherMembers others;
  others.begin(kBegin);
  int64_t now_ms = kBegin;
  for (int i = 0; i < 1000; ++i) {
    now_ms += i % 100;
    others.heard_copy(now_ms);
    others.took_request(now_ms);
    EXPECT_FALSE(others.are_known(now_ms)) << i;
  }
}

TEST(OtherMembers, TheTwoOfARequestComeInEitherOrderAndWithOthersBetween) {
  OtherMembers others;
  others.begin(kBegin);
  int64_t now_ms = kBegin;
  for (int i = 0; i < 1000; ++i) {
    now_ms += 100;
    others.took_request(now_ms);
    others.heard_copy(now_ms);
    for (int j = 0; j < 5; ++j) others.heard_copy(now_ms);
    for (int j = 0; j < 5; ++j) others.took_request(now_ms);
    EXPECT_FALSE(others.are_known(now_ms)) << i;
  }
}

// A broker may change its mind about which comes first, and what it says may stand still between them.
TEST(OtherMembers, NoOrderMakesThemUp) {
  OtherMembers others;
  others.begin(kBegin);
  int64_t now_ms = kBegin;
  for (int i = 0; i < 20; ++i) {
    now_ms += kWhile;
    if (i % 4 < 2) others.took_request(now_ms);
    others.heard_copy(now_ms);
    if (i % 4 >= 2) others.took_request(now_ms);
  }
  others.heard_copy(now_ms += kWhile);
  others.heard_copy(now_ms);
  for (int i = 0; i < 2; ++i) others.took_request(now_ms += kWhile);
  EXPECT_FALSE(others.are_known(now_ms));
}

// The broker answers, and nothing has come before its answer.
void prove(OtherMembers& others, int64_t now_ms) {
  if (!others.wants_proof()) return;
  others.proof_asked();
  others.proof_came(now_ms);
}

// One copy more in each while.
int64_t hear_of_others(OtherMembers& others, int64_t now_ms, int whiles) {
  for (int i = 0; i < whiles; ++i) {
    others.heard_copy(now_ms += kWhile);
    prove(others, now_ms);
  }
  return now_ms;
}
constexpr int kEnough = 4;

TEST(OtherMembers, AreKnownByTheRequestsThatTheyTake) {
  OtherMembers others;
  others.begin(kBegin);
  const int64_t now_ms = hear_of_others(others, kBegin, kEnough - 1);
  EXPECT_FALSE(others.are_known(now_ms)) << "they may have been on their way at the begin";
  EXPECT_TRUE(others.are_known(hear_of_others(others, now_ms, 1)));
}

TEST(OtherMembers, AreKnownWhoTakesOneOfTen) {
  OtherMembers others;
  others.begin(kBegin);
  int64_t now_ms = kBegin;
  for (int i = 0; i < 100; ++i) {
    now_ms += 50;
    others.heard_copy(now_ms);
    if (i % 10 != 0) others.took_request(now_ms);
    prove(others, now_ms);
  }
  EXPECT_TRUE(others.are_known(now_ms));
}

// The connection stands still between the two of a request, for whatever time.
TEST(OtherMembers, WhatComesBeforeTheAnswerIsNoProof) {
  OtherMembers others;
  others.begin(kBegin);
  int64_t now_ms = kBegin;
  for (int i = 0; i < kEnough; ++i) others.heard_copy(now_ms += kWhile);
  ASSERT_TRUE(others.wants_proof());
  others.proof_asked();
  EXPECT_FALSE(others.wants_proof()) << "one at a time";
  for (int i = 0; i < kEnough; ++i) others.took_request(now_ms += kWhile);
  others.proof_came(now_ms);
  EXPECT_FALSE(others.are_known(now_ms));
  EXPECT_TRUE(others.are_known(hear_of_others(others, now_ms, kEnough)));
}

TEST(OtherMembers, AnAnswerThatWasNotAskedForIsNoProof) {
  OtherMembers others;
  others.begin(kBegin);
  int64_t now_ms = kBegin;
  for (int i = 0; i < kEnough; ++i) others.heard_copy(now_ms += kWhile);
  others.proof_came(now_ms);
  EXPECT_FALSE(others.are_known(now_ms));
  others.begin(now_ms);
  for (int i = 0; i < kEnough; ++i) others.heard_copy(now_ms += kWhile);
  others.proof_asked();
  others.begin(now_ms);
  others.proof_came(now_ms);
  EXPECT_FALSE(others.are_known(now_ms)) << "asked on an earlier connection";
}

TEST(OtherMembers, AreBelievedInForADay) {
  OtherMembers others;
  others.begin(kBegin);
  const int64_t known_ms = hear_of_others(others, kBegin, kEnough);
  others.end();
  EXPECT_TRUE(others.are_known(known_ms + OtherMembers::kBelievedMs - 1));
  EXPECT_FALSE(others.are_known(known_ms + OtherMembers::kBelievedMs));
}

// Nobody takes anything of them then.
TEST(OtherMembers, CopiesCountOnlyWhileItTakesRequestsItself) {
  OtherMembers others;
  int64_t now_ms = hear_of_others(others, kBegin, 10);
  others.begin(now_ms);
  now_ms = hear_of_others(others, now_ms, 1);
  others.end();
  now_ms = hear_of_others(others, now_ms, 10);
  EXPECT_FALSE(others.are_known(now_ms));
}

TEST(OtherMembers, WhoTakesOverKnowsThemAndNotTheOneBefore) {
  OtherMembers earlier, others;
  others.begin(kBegin);
  const int64_t now_ms = hear_of_others(others, kBegin, kEnough);  // the one before takes them
  EXPECT_TRUE(others.are_known(now_ms));
  others.take_over(earlier, now_ms);
  EXPECT_FALSE(others.are_known(now_ms));
  earlier.begin(kBegin);
  hear_of_others(earlier, kBegin, kEnough);
  others.take_over(earlier, now_ms);
  EXPECT_TRUE(others.are_known(now_ms));
}

}  // namespace
}  // namespace antiphon::federation
