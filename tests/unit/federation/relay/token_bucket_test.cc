#include "federation/relay/token_bucket.h"

#include <gtest/gtest.h>

namespace antiphon::federation {
namespace {

TEST(TokenBucket, LetsPassWhatItIsGiven) {
  TokenBucket bucket(10);
  for (int i = 0; i < 10; ++i) {
    ASSERT_TRUE(bucket.has(1, 1000)) << i;
    bucket.take(1);
  }
  EXPECT_FALSE(bucket.has(1, 1000));
  EXPECT_FALSE(bucket.has(1, 1099));
  EXPECT_TRUE(bucket.has(1, 1101));
  bucket.take(1);
  EXPECT_FALSE(bucket.has(1, 1150));
}

TEST(TokenBucket, MoreThanAWholeBucketPassesOnceItIsFullAndIsPaidFor) {
  TokenBucket bucket(100);
  ASSERT_TRUE(bucket.has(200, 0));
  bucket.take(200);
  EXPECT_FALSE(bucket.has(1, 999));
  EXPECT_TRUE(bucket.has(1, 1012));
  EXPECT_FALSE(bucket.has(200, 1999));
  EXPECT_TRUE(bucket.has(200, 2005));
}

TEST(TokenBucket, ZeroIsNoLimit) {
  TokenBucket bucket(0);
  for (int i = 0; i < 1000; ++i) {
    ASSERT_TRUE(bucket.has(1e9, 0));
    bucket.take(1e9);
  }
}

TEST(TokenBucket, ARateBelowOneASecondPassesToo) {
  TokenBucket bucket(0.5);
  ASSERT_TRUE(bucket.has(1, 0));
  bucket.take(1);
  EXPECT_FALSE(bucket.has(1, 1900));
  EXPECT_TRUE(bucket.has(1, 2010));
}

}  // namespace
}  // namespace antiphon::federation
