#include "broker/buffer/outbound_queue.h"

#include <cstring>

#include "protocol/bytes/check.h"

namespace antiphon {
namespace {

uint64_t memory_of(const OutboundSegment& segment) {
  const size_t block = segment.block == nullptr ? 0 : sizeof(SharedBlock) + segment.block->capacity;
  return sizeof(OutboundSegment) + segment.capacity + block;
}

}  // namespace

void OutboundQueue::push(OutboundSegment* segment) {
  held_bytes_ += memory_of(*segment);
  if (tail_ == nullptr) {
    head_ = segment;
  } else {
    tail_->next = segment;
  }
  tail_ = segment;
}

void OutboundQueue::grow(BufferPool& pool, size_t bytes) {
  // The more already waits, the larger the next chunk.
  size_t chunk_class = 0;
  while (chunk_class + 1 < kChunkClasses && pending_bytes_ >= kChunkBytes[chunk_class] / 2) {
    ++chunk_class;
  }
  push(pool.new_chunk(chunk_class, bytes));
}

void OutboundQueue::append(BufferPool& pool, std::string_view bytes) {
  std::memcpy(reserve(pool, bytes.size()), bytes.data(), bytes.size());
}

void OutboundQueue::append_range(BufferPool& pool, SharedBlock* block, uint32_t begin,
                                 uint32_t end) {
  push(pool.new_range(block, begin, end));
  pending_bytes_ += end - begin;
}

size_t OutboundQueue::gather(iovec* pieces, size_t max) const {
  size_t count = 0;
  for (OutboundSegment* segment = head_; segment != nullptr && count < max;
       segment = segment->next) {
    if (segment->begin == segment->end) continue;
    pieces[count++] = {segment->data + segment->begin, segment->end - segment->begin};
  }
  return count;
}

void OutboundQueue::consume(BufferPool& pool, size_t bytes) {
  AP_CHECK(bytes <= pending_bytes_);
  pending_bytes_ -= bytes;
  while (head_ != nullptr) {
    const size_t left = head_->end - head_->begin;
    if (bytes < left) {
      head_->begin += static_cast<uint32_t>(bytes);
      return;
    }
    bytes -= left;
    OutboundSegment* done = head_;
    head_ = done->next;
    held_bytes_ -= memory_of(*done);
    pool.release(done);
  }
  tail_ = nullptr;
}

void OutboundQueue::clear(BufferPool& pool) { consume(pool, pending_bytes_); }

}  // namespace antiphon
