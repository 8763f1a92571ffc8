#include "broker/buffer/buffer_pool.h"

#include <gtest/gtest.h>

#include <cstring>
#include <vector>

namespace antiphon {
namespace {

TEST(BufferPool, GivesChunksOfTheAskedClassOrLarger) {
  BufferPool pool;
  for (size_t chunk_class = 0; chunk_class < kChunkClasses; ++chunk_class) {
    OutboundSegment* segment = pool.new_chunk(chunk_class, 1);
    EXPECT_EQ(segment->capacity, kChunkBytes[chunk_class]);
    EXPECT_EQ(segment->block, nullptr);
    EXPECT_EQ(segment->begin, 0u);
    EXPECT_EQ(segment->end, 0u);
    std::memset(segment->data, 'x', segment->capacity);
    pool.release(segment);
  }
  OutboundSegment* larger = pool.new_chunk(0, kChunkBytes[0] + 1);
  EXPECT_EQ(larger->capacity, kChunkBytes[1]);
  pool.release(larger);
  EXPECT_EQ(pool.bytes_in_use(), 0u);
}

TEST(BufferPool, GivesAPieceOfItsOwnSizeForWhatFitsNoClass) {
  BufferPool pool;
  const size_t huge = kChunkBytes[kChunkClasses - 1] + 1;
  OutboundSegment* segment = pool.new_chunk(0, huge);
  EXPECT_EQ(segment->capacity, huge);
  std::memset(segment->data, 'x', huge);
  EXPECT_EQ(pool.bytes_in_use(), sizeof(OutboundSegment) + huge);
  pool.release(segment);
  EXPECT_EQ(pool.bytes_in_use(), 0u);
}

TEST(BufferPool, GivesTheSameChunkAgain) {
  BufferPool pool;
  OutboundSegment* first = pool.new_chunk(1, 10);
  pool.release(first);
  OutboundSegment* second = pool.new_chunk(1, 10);
  EXPECT_EQ(first, second);
  EXPECT_EQ(second->begin, 0u);
  EXPECT_EQ(second->end, 0u);
  pool.release(second);
}

TEST(BufferPool, UsesWhatHasNoClassAgainAndCountsAllOfIt) {
  BufferPool pool;
  const size_t huge = kChunkBytes[kChunkClasses - 1] + 1000;
  OutboundSegment* segment = pool.new_chunk(0, huge);
  pool.release(segment);
  OutboundSegment* again = pool.new_chunk(0, huge - 999);
  EXPECT_EQ(again, segment);
  EXPECT_EQ(again->capacity, huge);
  EXPECT_EQ(pool.bytes_in_use(), sizeof(OutboundSegment) + huge);
  pool.release(again);
  SharedBlock* block = pool.new_block(500);
  pool.release(block);
  SharedBlock* smaller = pool.new_block(450);
  EXPECT_EQ(smaller, block);
  EXPECT_EQ(smaller->bytes, 450u);
  EXPECT_EQ(pool.bytes_in_use(), sizeof(SharedBlock) + 500);
  pool.release(smaller);
  EXPECT_EQ(pool.bytes_in_use(), 0u);
}

TEST(BufferPool, CountsABlockOnceAndKeepsItWhileARangeRefersToIt) {
  BufferPool pool;
  SharedBlock* block = pool.new_block(100);
  std::memset(block->data(), 'b', 100);
  const uint64_t alone = pool.bytes_in_use();
  EXPECT_EQ(alone, sizeof(SharedBlock) + 100);
  OutboundSegment* first = pool.new_range(block, 0, 100);
  OutboundSegment* second = pool.new_range(block, 10, 20);
  EXPECT_EQ(pool.bytes_in_use(), alone + 2 * sizeof(OutboundSegment));
  EXPECT_EQ(second->data, block->data());
  EXPECT_EQ(second->capacity, 0u);
  pool.release(block);
  pool.release(first);
  EXPECT_EQ(pool.bytes_in_use(), alone + sizeof(OutboundSegment));
  EXPECT_EQ(second->data[second->begin], 'b');
  pool.release(second);
  EXPECT_EQ(pool.bytes_in_use(), 0u);
}

TEST(BufferPool, TakesABlockOfNothing) {
  BufferPool pool;
  SharedBlock* block = pool.new_block(0);
  EXPECT_EQ(block->bytes, 0u);
  pool.release(block);
  EXPECT_EQ(pool.bytes_in_use(), 0u);
}

TEST(BufferPool, KeepsABoundedNumberOfUnusedChunksAndGivesThemBackOnTrim) {
  BufferPool pool;
  std::vector<OutboundSegment*> segments;
  for (size_t i = 0; i < kChunksKept[2] * 2; ++i) segments.push_back(pool.new_chunk(2, 1));
  for (OutboundSegment* segment : segments) pool.release(segment);
  EXPECT_EQ(pool.bytes_in_use(), 0u);
  pool.trim();
  OutboundSegment* after = pool.new_chunk(2, 1);
  EXPECT_EQ(after->capacity, kChunkBytes[2]);
  pool.release(after);
}

TEST(BufferPoolDeathTest, NoticesABlockThatIsReleasedTooOften) {
  BufferPool pool;
  SharedBlock* block = pool.new_block(1);
  block->references = 0;
  EXPECT_DEATH(pool.release(block), "check failed");
  block->references = 1;
  pool.release(block);
}

}  // namespace
}  // namespace antiphon
