#include "broker/net/client_patience.h"

#include <gtest/gtest.h>

namespace antiphon {
namespace {

TEST(ClientPatienceTest, NothingIsConcludedFromAFew) {
  ClientPatience patience;
  for (size_t i = 1; i < ClientPatience::kKnownMin; ++i) patience.left_at(2000);
  EXPECT_FALSE(patience.is_about_to_leave(1999));
  patience.left_at(2000);
  EXPECT_TRUE(patience.is_about_to_leave(1999));
}

TEST(ClientPatienceTest, TheTimeAHandshakeNeedsDecides) {
  ClientPatience patience;
  for (int i = 0; i < 20; ++i) patience.left_at(2000 + i);
  for (int i = 0; i < 100; ++i) patience.took(300);
  EXPECT_NEAR(static_cast<double>(patience.needed_ms()), 300, 5);
  EXPECT_FALSE(patience.is_about_to_leave(1600));
  EXPECT_TRUE(patience.is_about_to_leave(1800));
}

TEST(ClientPatienceTest, OneThatOutlastedTheOthersIsServed) {
  ClientPatience patience;
  for (int i = 0; i < 20; ++i) patience.left_at(2000);
  EXPECT_TRUE(patience.is_about_to_leave(1990));
  EXPECT_TRUE(patience.is_about_to_leave(2000 + ClientPatience::kSamePatienceMs));
  EXPECT_FALSE(patience.is_about_to_leave(2001 + ClientPatience::kSamePatienceMs));
}

TEST(ClientPatienceTest, WhereMostWaitLongerOneBeginsInTime) {
  ClientPatience patience;
  for (int i = 0; i < 10; ++i) patience.left_at(2000);
  for (int i = 0; i < 30; ++i) patience.left_at(60'000);
  EXPECT_FALSE(patience.is_about_to_leave(1990)) << "most of those as old as it stayed";
  EXPECT_TRUE(patience.is_about_to_leave(59'980));
}

TEST(ClientPatienceTest, OnlyThoseThatLeftLatelyCount) {
  ClientPatience patience;
  for (int i = 0; i < 100; ++i) patience.left_at(2000);
  for (size_t i = 0; i < ClientPatience::kRemembered; ++i) patience.left_at(5000);
  EXPECT_FALSE(patience.is_about_to_leave(1990));
  EXPECT_TRUE(patience.is_about_to_leave(4990));
}

TEST(ClientPatienceTest, LeavingAtOnceTeachesNothing) {
  ClientPatience patience;
  for (int i = 0; i < 100; ++i) patience.left_at(i);
  EXPECT_FALSE(patience.is_about_to_leave(0));
}

TEST(ClientPatienceTest, NobodyIsPutAsideForLong) {
  ClientPatience patience;
  for (int i = 0; i < 100; ++i) patience.took(60'000);
  EXPECT_EQ(patience.needed_ms(), ClientPatience::kNeededMaxMs);
}

TEST(ClientPatienceTest, DurationsThatVaryNeedMoreTime) {
  ClientPatience steady;
  ClientPatience varying;
  for (int i = 0; i < 100; ++i) {
    steady.took(100);
    varying.took(i % 2 == 0 ? 20 : 180);
  }
  EXPECT_GT(varying.needed_ms(), steady.needed_ms() + 200);
}

}  // namespace
}  // namespace antiphon
