#include "broker/runtime/byte_ring.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace antiphon {
namespace {

ByteRing::Moved put(ByteRing& ring, std::string_view text) {
  const iovec piece{const_cast<char*>(text.data()), text.size()};
  return ring.put(&piece, 1);
}

std::string take(ByteRing& ring, size_t bytes_max = 64, bool* wakes = nullptr) {
  std::string out(bytes_max, '\0');
  const ByteRing::Moved moved = ring.take(out.data(), bytes_max);
  if (wakes != nullptr) *wakes = moved.wakes;
  return out.substr(0, moved.bytes);
}

TEST(ByteRing, GivesBackWhatWasPutInOrderAlsoAroundItsEnd) {
  ByteRing ring(8);
  for (int round = 0; round < 20; ++round) {
    EXPECT_EQ(put(ring, "abcde").bytes, 5u);
    EXPECT_EQ(take(ring, 2), "ab");
    EXPECT_EQ(take(ring), "cde");
    EXPECT_EQ(take(ring), "");
  }
}

TEST(ByteRing, TakesOnlyWhatFits) {
  ByteRing ring(8);
  char text[] = "0123456789ab";
  const iovec pieces[] = {{text, 3}, {text + 3, 0}, {text + 3, 9}};
  EXPECT_EQ(ring.put(pieces, 3).bytes, 8u);
  EXPECT_EQ(put(ring, "x").bytes, 0u);
  EXPECT_EQ(take(ring), "01234567");
}

TEST(ByteRing, WakesAReaderThatGotLessThanItAskedForAndOnce) {
  ByteRing ring(8);
  EXPECT_FALSE(put(ring, "a").wakes) << "nobody has come to read yet";
  EXPECT_EQ(take(ring, 1), "a");
  EXPECT_FALSE(put(ring, "b").wakes) << "the reader got all it asked for and comes again by itself";
  EXPECT_EQ(take(ring), "b");
  EXPECT_TRUE(put(ring, "c").wakes);
  EXPECT_FALSE(put(ring, "d").wakes) << "it has been told";
}

TEST(ByteRing, WakesAWriterThatWasStoppedWhenHalfIsFree) {
  ByteRing ring(8);
  EXPECT_EQ(put(ring, "0123456789").bytes, 8u);
  bool wakes = true;
  EXPECT_EQ(take(ring, 3, &wakes), "012");
  EXPECT_FALSE(wakes);
  EXPECT_EQ(take(ring, 1, &wakes), "3");
  EXPECT_TRUE(wakes);
  EXPECT_EQ(take(ring, 1, &wakes), "4");
  EXPECT_FALSE(wakes) << "it has been told";
}

TEST(ByteRing, AWriterThatWasNotStoppedIsNotWoken) {
  ByteRing ring(8);
  EXPECT_EQ(put(ring, "01234567").bytes, 8u);
  bool wakes = true;
  EXPECT_EQ(take(ring, 8, &wakes), "01234567");
  EXPECT_FALSE(wakes);
}

TEST(ByteRing, EndsBehindTheLastByte) {
  ByteRing ring(8);
  put(ring, "ab");
  ring.close();
  char out[8];
  ByteRing::Moved moved = ring.take(out, 1);
  EXPECT_EQ(moved.bytes, 1u);
  EXPECT_FALSE(moved.ended);
  moved = ring.take(out, 8);
  EXPECT_EQ(moved.bytes, 1u);
  EXPECT_TRUE(moved.ended);
  moved = ring.take(out, 8);
  EXPECT_EQ(moved.bytes, 0u);
  EXPECT_TRUE(moved.ended);
}

TEST(ByteRingDeathTest, WantsAPowerOfTwo) {
  EXPECT_DEATH(ByteRing(12), "check failed");
  EXPECT_DEATH(ByteRing(0), "check failed");
}

}  // namespace
}  // namespace antiphon
