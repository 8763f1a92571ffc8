// What waits to be written to one connection.
//
// MODEL: a list of segments; empty (four words, no memory) when nothing waits. Small output is
// copied into the queue's own chunks; wide fan-out adds ranges of shared blocks.
// SHARD: home. LIFETIME: clear() must be called with the shard's pool before destruction.
// LIMITS: none of its own; the session closes a reader whose pending_bytes() passes max_pending,
// and all queues together stand under the budget (pending_budget.h).
#pragma once

#include <sys/uio.h>

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "broker/buffer/buffer_pool.h"

namespace antiphon {

class OutboundQueue {
 public:
  OutboundQueue() = default;
  OutboundQueue(const OutboundQueue&) = delete;
  OutboundQueue& operator=(const OutboundQueue&) = delete;

  bool empty() const { return head_ == nullptr; }
  uint64_t pending_bytes() const { return pending_bytes_; }
  // Memory that would be free without this queue; of shared blocks all, as if nobody else held them.
  uint64_t held_bytes() const { return held_bytes_; }

  // Room for `bytes` in one piece; the caller writes all of them before anything else happens.
  char* reserve(BufferPool& pool, size_t bytes) {
    // A range of a shared block has no capacity, so nothing of ours ever follows it in place.
    if (tail_ == nullptr || tail_->end + bytes > tail_->capacity) grow(pool, bytes);
    char* out = tail_->data + tail_->end;
    tail_->end += static_cast<uint32_t>(bytes);
    pending_bytes_ += bytes;
    return out;
  }
  void append(BufferPool& pool, std::string_view bytes);
  // Adds [begin, end) of `block`, taking a reference of its own.
  void append_range(BufferPool& pool, SharedBlock* block, uint32_t begin, uint32_t end);

  // The pieces to write next, at most `max` of them. Returns how many.
  size_t gather(iovec* pieces, size_t max) const;
  // The first `bytes` have been written.
  void consume(BufferPool& pool, size_t bytes);
  void clear(BufferPool& pool);

 private:
  void grow(BufferPool& pool, size_t bytes);
  void push(OutboundSegment* segment);

  OutboundSegment* head_ = nullptr;
  OutboundSegment* tail_ = nullptr;
  uint64_t pending_bytes_ = 0;
  uint64_t held_bytes_ = 0;
};

}  // namespace antiphon
