#include "broker/buffer/inbound_tail.h"

#include <gtest/gtest.h>

#include <string>

namespace antiphon {
namespace {

std::string text_of(InboundTail& tail) { return {tail.begin(), tail.end()}; }

TEST(InboundTail, OwnsNothingUntilSomethingIsKept) {
  InboundTail tail;
  EXPECT_TRUE(tail.empty());
  EXPECT_EQ(tail.bytes(), 0u);
  EXPECT_EQ(tail.room(), 0u);
  EXPECT_EQ(tail.begin(), nullptr);
  tail.clear();
}

TEST(InboundTail, KeepsWhatIsAppended) {
  InboundTail tail;
  std::string expected;
  for (int i = 0; i < 100; ++i) {
    const std::string piece(static_cast<size_t>(i % 7), static_cast<char>('a' + i % 26));
    if (!piece.empty()) tail.append(piece);
    expected += piece;
  }
  EXPECT_EQ(text_of(tail), expected);
  EXPECT_EQ(tail.bytes(), expected.size());
}

TEST(InboundTail, MakesRoomOnceForAFrameOfKnownSize) {
  InboundTail tail;
  tail.append("PUB");
  tail.reserve(1000);
  const char* begin = tail.begin();
  EXPECT_EQ(tail.room(), 997u);
  std::memset(tail.end(), 'x', 997);
  tail.added(997);
  EXPECT_EQ(tail.begin(), begin);
  EXPECT_EQ(tail.bytes(), 1000u);
  EXPECT_EQ(text_of(tail), "PUB" + std::string(997, 'x'));
  tail.reserve(10);  // never gives room back
  EXPECT_EQ(tail.bytes(), 1000u);
}

TEST(InboundTail, GivesItsMemoryBack) {
  InboundTail tail;
  tail.append("abc");
  tail.clear();
  EXPECT_TRUE(tail.empty());
  EXPECT_EQ(tail.room(), 0u);
  tail.append("d");
  EXPECT_EQ(text_of(tail), "d");
}

TEST(InboundTail, MovesAndSwaps) {
  InboundTail a;
  a.append("first");
  InboundTail b(std::move(a));
  EXPECT_TRUE(a.empty());
  InboundTail c;
  c.append("second");
  std::swap(b, c);
  EXPECT_EQ(text_of(b), "second");
  EXPECT_EQ(text_of(c), "first");
  InboundTail empty;
  std::swap(empty, c);
  EXPECT_TRUE(c.empty());
  EXPECT_EQ(text_of(empty), "first");
}

TEST(InboundTail, MovesToOtherMemoryWithWhatIsInIt) {
  SparePieces spare;
  InboundTail tail;
  EXPECT_EQ(tail.move_to(spare.take(10)).memory, nullptr);
  EXPECT_EQ(tail.room(), 10u);
  tail.append("abc");
  spare.give_back(tail.move_to(spare.take(20)));
  EXPECT_EQ(text_of(tail), "abc");
  EXPECT_EQ(tail.room(), 17u);
  const MemoryPiece piece = tail.take_memory();
  EXPECT_EQ(piece.bytes, 20u);
  EXPECT_TRUE(tail.empty());
  EXPECT_EQ(tail.capacity(), 0u);
  spare.give_back(piece);
}

TEST(InboundTailDeathTest, NoticesMoreBytesThanThereIsRoom) {
  InboundTail tail;
  tail.reserve(4);
  EXPECT_DEATH(tail.added(5), "check failed");
}

}  // namespace
}  // namespace antiphon
