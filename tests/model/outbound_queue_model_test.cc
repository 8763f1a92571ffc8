// The outbound queue against a string: whatever is appended, gathered and consumed, the bytes are
// the same and the accounting of the pool comes out even.
#include <gtest/gtest.h>

#include <cstring>
#include <string>

#include "broker/buffer/outbound_queue.h"
#include "broker/runtime/random.h"
#include "tests/model/model_seed.h"

namespace antiphon {
namespace {

struct ModelBlock {
  SharedBlock* block;
  std::string bytes;
};

class OutboundQueueModel {
 public:
  explicit OutboundQueueModel(uint64_t seed) : random_(seed) {}
  ~OutboundQueueModel() {
    for (const ModelBlock& one : blocks_) pool_.release(one.block);
    queue_.clear(pool_);
    other_.clear(pool_);
    EXPECT_EQ(pool_.bytes_in_use(), 0u);
  }

  void step() {
    switch (random_.below(12)) {
      case 0: case 1: case 2: append(); break;
      case 3: case 4: reserve(); break;
      case 5: case 6: append_range(); break;
      case 7: case 8: case 9: consume(); break;
      case 10: renew_blocks(); break;
      default:
        if (random_.below(50) == 0) clear();
        break;
    }
    ASSERT_EQ(queue_.pending_bytes(), expected_.size());
    if (random_.below(4) == 0) compare();
  }
  // What others have in their queues must not change either.
  void compare_blocks() {
    for (const ModelBlock& one : blocks_) {
      ASSERT_EQ(std::memcmp(one.block->data(), one.bytes.data(), one.bytes.size()), 0);
    }
  }

 private:
  size_t some_bytes() {
    switch (random_.below(30)) {
      case 0: return 60'000 + random_.below(20'000);
      case 1: return 0;
      case 2: return 1000 + random_.below(100);
      default: return 1 + random_.below(200);
    }
  }
  std::string text(size_t bytes) {
    std::string result(bytes, static_cast<char>('a' + random_.below(26)));
    if (bytes > 0) result.front() = static_cast<char>(random_.next());
    return result;
  }

  void append() {
    const std::string bytes = text(some_bytes());
    queue_.append(pool_, bytes);
    expected_ += bytes;
  }
  void reserve() {
    const std::string bytes = text(some_bytes());
    std::memcpy(queue_.reserve(pool_, bytes.size()), bytes.data(), bytes.size());
    expected_ += bytes;
  }
  void append_range() {
    if (blocks_.empty()) return;
    const ModelBlock& one = blocks_[random_.below(blocks_.size())];
    const auto begin = static_cast<uint32_t>(random_.below(one.bytes.size() + 1));
    const auto bytes = static_cast<uint32_t>(random_.below(one.bytes.size() - begin + 1));
    queue_.append_range(pool_, one.block, begin, begin + bytes);
    other_.append_range(pool_, one.block, begin, begin + bytes);
    if (random_.below(2) == 0) other_.clear(pool_);
    expected_ += one.bytes.substr(begin, bytes);
  }
  void consume() {
    const size_t bytes = random_.below(expected_.size() + 1);
    queue_.consume(pool_, bytes);
    expected_.erase(0, bytes);
  }
  void renew_blocks() {
    if (blocks_.size() > 3) {
      pool_.release(blocks_.front().block);
      blocks_.erase(blocks_.begin());
    }
    const std::string bytes = text(some_bytes());
    SharedBlock* block = pool_.new_block(bytes.size());
    std::memcpy(block->data(), bytes.data(), bytes.size());
    blocks_.push_back({block, bytes});
  }
  void clear() {
    queue_.clear(pool_);
    expected_.clear();
    if (random_.below(4) == 0) pool_.trim();
  }
  void compare() {
    iovec pieces[64];
    const size_t max = 1 + random_.below(64);
    const size_t count = queue_.gather(pieces, max);
    ASSERT_LE(count, max);
    size_t at = 0;
    for (size_t i = 0; i < count; ++i) {
      ASSERT_GT(pieces[i].iov_len, 0u);
      ASSERT_LE(at + pieces[i].iov_len, expected_.size());
      ASSERT_EQ(std::memcmp(pieces[i].iov_base, expected_.data() + at, pieces[i].iov_len), 0);
      at += pieces[i].iov_len;
    }
    if (count < max) {
      ASSERT_EQ(at, expected_.size());
    }
  }

  Random random_;
  BufferPool pool_;
  OutboundQueue queue_;
  OutboundQueue other_;
  std::vector<ModelBlock> blocks_;
  std::string expected_;
};

TEST(OutboundQueueModelTest, AgreesWithAString) {
  const uint64_t seed = model_seed();
  SCOPED_TRACE(replay_text(seed));
  for (uint64_t round = 0; round < 40; ++round) {
    OutboundQueueModel model(seed + round);
    for (int i = 0; i < 2500; ++i) {
      model.step();
      if (i % 100 == 0) model.compare_blocks();
      if (HasFatalFailure()) return;
    }
  }
}

}  // namespace
}  // namespace antiphon
