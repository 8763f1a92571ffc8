#include "broker/buffer/spare_pieces.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>
#include <vector>

namespace antiphon {
namespace {

TEST(SparePieces, GivesAPieceAgainToWhoeverNeedsAboutAsMuch) {
  SparePieces spare;
  const MemoryPiece piece = spare.take(1000);
  EXPECT_EQ(piece.bytes, 1000u);
  std::memset(piece.memory, 'x', piece.bytes);
  spare.give_back(piece);
  EXPECT_EQ(spare.kept_bytes(), 1000u);
  const MemoryPiece again = spare.take(800);
  EXPECT_EQ(again.memory, piece.memory);
  EXPECT_EQ(again.bytes, 1000u);
  EXPECT_EQ(spare.kept_bytes(), 0u);
  spare.give_back(again);
}

TEST(SparePieces, GivesNoneThatIsTooSmallOrFarTooLarge) {
  SparePieces spare;
  const MemoryPiece piece = spare.take(1000);
  spare.give_back(piece);
  for (const size_t bytes : {size_t{1}, size_t{799}, size_t{1001}}) {
    const MemoryPiece other = spare.take(bytes);
    EXPECT_EQ(other.bytes, bytes);
    std::free(other.memory);
  }
  EXPECT_EQ(spare.kept_bytes(), 1000u);
}

TEST(SparePieces, GivesTheNewestThatFits) {
  SparePieces spare;
  const MemoryPiece older = spare.take(1000);
  const MemoryPiece newer = spare.take(1000);
  spare.give_back(older);
  spare.give_back(newer);
  const MemoryPiece first = spare.take(1000);
  EXPECT_EQ(first.memory, newer.memory);
  const MemoryPiece second = spare.take(1000);
  EXPECT_EQ(second.memory, older.memory);
  spare.give_back(first);
  spare.give_back(second);
}

TEST(SparePieces, KeepsOnlySoManyAndTheOldestGoFirst) {
  SparePieces spare;
  std::vector<MemoryPiece> pieces;
  for (size_t i = 0; i <= SparePieces::kKeptMax; ++i) pieces.push_back(spare.take(1000 * (i + 1)));
  for (const MemoryPiece& piece : pieces) spare.give_back(piece);
  const MemoryPiece second = spare.take(2000);
  EXPECT_EQ(second.memory, pieces[1].memory);
  spare.give_back(second);
  EXPECT_EQ(spare.kept_bytes(), 1000u * (16 * 17 / 2 + 16)) << "all but the first, of 1,000 bytes";
}

TEST(SparePieces, KeepsOnlySoManyBytes) {
  SparePieces spare;
  constexpr size_t kThird = SparePieces::kKeptBytesMax / 3;
  std::vector<MemoryPiece> pieces;
  for (int i = 0; i < 4; ++i) pieces.push_back(spare.take(kThird));
  for (const MemoryPiece& piece : pieces) spare.give_back(piece);
  EXPECT_EQ(spare.kept_bytes(), 3 * kThird);
  spare.give_back(spare.take(SparePieces::kKeptBytesMax + 1));
  EXPECT_EQ(spare.kept_bytes(), 3 * kThird) << "it would have pushed out all others";
  spare.trim();
  EXPECT_EQ(spare.kept_bytes(), 0u);
}

TEST(SparePieces, NothingIsGivenBackByAPieceWithoutMemory) {
  SparePieces spare;
  spare.give_back({});
  EXPECT_EQ(spare.kept_bytes(), 0u);
}

}  // namespace
}  // namespace antiphon
