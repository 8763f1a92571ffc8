#include "broker/buffer/outbound_queue.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

namespace antiphon {
namespace {

class OutboundQueueTest : public testing::Test {
 protected:
  ~OutboundQueueTest() override {
    queue_.clear(pool_);
    EXPECT_TRUE(queue_.empty());
    EXPECT_EQ(queue_.pending_bytes(), 0u);
    EXPECT_EQ(pool_.bytes_in_use(), 0u);
  }

  std::string gathered(size_t max = 1024) const {
    std::vector<iovec> pieces(max);
    const size_t count = queue_.gather(pieces.data(), max);
    std::string text;
    for (size_t i = 0; i < count; ++i) {
      text.append(static_cast<const char*>(pieces[i].iov_base), pieces[i].iov_len);
    }
    return text;
  }
  void append_block(std::string_view bytes, uint32_t begin, uint32_t end) {
    SharedBlock* block = pool_.new_block(bytes.size());
    std::memcpy(block->data(), bytes.data(), bytes.size());
    queue_.append_range(pool_, block, begin, end);
    pool_.release(block);
  }

  BufferPool pool_;
  OutboundQueue queue_;
};

TEST_F(OutboundQueueTest, IsEmptyAndOwnsNothingAtFirst) {
  EXPECT_TRUE(queue_.empty());
  EXPECT_EQ(queue_.pending_bytes(), 0u);
  EXPECT_EQ(gathered(), "");
}

TEST_F(OutboundQueueTest, GivesWhatWasAppendedInOrder) {
  queue_.append(pool_, "one ");
  append_block("a shared block", 2, 8);
  queue_.append(pool_, " two");
  EXPECT_EQ(queue_.pending_bytes(), 14u);
  EXPECT_EQ(gathered(), "one shared two");
}

TEST_F(OutboundQueueTest, NeverWritesIntoABlockThatOthersShare) {
  SharedBlock* block = pool_.new_block(64);
  std::memset(block->data(), 'b', 64);
  queue_.append_range(pool_, block, 0, 8);
  queue_.append(pool_, "mine");
  EXPECT_EQ(gathered(), "bbbbbbbbmine");
  EXPECT_EQ(std::string(block->data(), 64), std::string(64, 'b'));
  pool_.release(block);
}

TEST_F(OutboundQueueTest, LetsTheCallerWriteInPlace) {
  std::memcpy(queue_.reserve(pool_, 5), "hello", 5);
  std::memcpy(queue_.reserve(pool_, 6), " world", 6);
  EXPECT_EQ(gathered(), "hello world");
  EXPECT_EQ(gathered(1), "hello world") << "small output stands together";
}

TEST_F(OutboundQueueTest, ForgetsWhatWasWrittenToTheByte) {
  std::string expected;
  for (int i = 0; i < 40; ++i) {
    const std::string piece(300, static_cast<char>('A' + i));
    queue_.append(pool_, piece);
    append_block(piece, 0, 100);
    expected += piece + piece.substr(0, 100);
  }
  while (!expected.empty()) {
    const size_t bytes = std::min<size_t>(expected.size(), 777);
    queue_.consume(pool_, bytes);
    expected.erase(0, bytes);
    ASSERT_EQ(gathered(), expected);
    ASSERT_EQ(queue_.pending_bytes(), expected.size());
  }
  EXPECT_TRUE(queue_.empty());
  EXPECT_EQ(pool_.bytes_in_use(), 0u);
}

TEST_F(OutboundQueueTest, GathersNoMorePiecesThanAsked) {
  for (int i = 0; i < 10; ++i) append_block("xyz", 0, 3);
  EXPECT_EQ(gathered(4), "xyzxyzxyzxyz");
}

TEST_F(OutboundQueueTest, TakesOneMessageLargerThanAnyChunk) {
  const std::string large(kChunkBytes[kChunkClasses - 1] + 5, 'L');
  queue_.append(pool_, "before");
  queue_.append(pool_, large);
  queue_.append(pool_, "after");
  EXPECT_EQ(gathered(), "before" + large + "after");
}

TEST_F(OutboundQueueTest, UsesLargerChunksTheMoreWaits) {
  const std::string piece(1000, 'p');
  for (int i = 0; i < 200; ++i) queue_.append(pool_, piece);
  std::vector<iovec> pieces(1024);
  // 200 KB in chunks of 1 KB would be 200 pieces.
  EXPECT_LT(queue_.gather(pieces.data(), pieces.size()), 20u);
}

TEST_F(OutboundQueueTest, TakesNothingWithoutChangingWhatIsPending) {
  queue_.append(pool_, "");
  EXPECT_EQ(queue_.pending_bytes(), 0u);
  EXPECT_EQ(gathered(), "");
  queue_.consume(pool_, 0);
  EXPECT_TRUE(queue_.empty());
  queue_.append(pool_, "x");
  queue_.consume(pool_, 0);
  EXPECT_EQ(gathered(), "x");
}

TEST_F(OutboundQueueTest, CanBeUsedAgainAfterItWasCleared) {
  queue_.append(pool_, "gone");
  append_block("gone", 0, 4);
  queue_.clear(pool_);
  EXPECT_EQ(pool_.bytes_in_use(), 0u);
  queue_.append(pool_, "new");
  EXPECT_EQ(gathered(), "new");
}

using OutboundQueueDeathTest = OutboundQueueTest;
TEST_F(OutboundQueueDeathTest, NoticesWhenMoreIsConsumedThanWaits) {
  queue_.append(pool_, "abc");
  EXPECT_DEATH(queue_.consume(pool_, 4), "check failed");
}

}  // namespace
}  // namespace antiphon
