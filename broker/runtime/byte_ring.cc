#include "broker/runtime/byte_ring.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "protocol/bytes/check.h"

namespace antiphon {
namespace {

// Most often nobody waits, and a load leaves the line where it is.
bool take_back(std::atomic<bool>& waits) {
  return waits.load(std::memory_order_seq_cst) && waits.exchange(false, std::memory_order_seq_cst);
}

}  // namespace

ByteRing::ByteRing(size_t capacity_bytes)
    : capacity_(capacity_bytes), bytes_(new char[capacity_bytes]) {
  AP_CHECK(std::has_single_bit(capacity_bytes));
}

void ByteRing::copy_in(const char* from, size_t bytes, uint64_t at) {
  const size_t begin = at & (capacity_ - 1);
  const size_t first = std::min(bytes, capacity_ - begin);
  std::memcpy(bytes_.get() + begin, from, first);
  if (first < bytes) std::memcpy(bytes_.get(), from + first, bytes - first);
}

void ByteRing::copy_out(char* to, size_t bytes, uint64_t at) const {
  const size_t begin = at & (capacity_ - 1);
  const size_t first = std::min(bytes, capacity_ - begin);
  std::memcpy(to, bytes_.get() + begin, first);
  if (first < bytes) std::memcpy(to + first, bytes_.get(), bytes - first);
}

ByteRing::Moved ByteRing::put(const iovec* pieces, size_t count) {
  const uint64_t begin = tail_.load(std::memory_order_relaxed);  // only this thread writes it
  uint64_t tail = begin;
  for (size_t i = 0; i < count; ++i) {
    const char* from = static_cast<const char*>(pieces[i].iov_base);
    size_t left = pieces[i].iov_len;
    while (left > 0) {
      if (is_full(tail)) {
        // Partner of both loads: the store in take(); the reader has copied what stood there.
        head_seen_ = head_.load(std::memory_order_acquire);
        if (is_full(tail)) {
          writer_waits_.store(true, std::memory_order_seq_cst);
          head_seen_ = head_.load(std::memory_order_seq_cst);
        }
        if (is_full(tail)) break;
      }
      const size_t bytes = std::min<size_t>(left, capacity_ - (tail - head_seen_));
      copy_in(from, bytes, tail);
      from += bytes;
      left -= bytes;
      tail += bytes;
    }
    if (left > 0) break;
  }
  if (tail == begin) return {};
  tail_.store(tail, std::memory_order_seq_cst);  // partner: the loads in take()
  return {static_cast<size_t>(tail - begin), take_back(reader_waits_), false};
}

ByteRing::Moved ByteRing::take(char* out, size_t bytes_max) {
  const uint64_t begin = head_.load(std::memory_order_relaxed);  // only this thread writes it
  uint64_t head = begin;
  Moved moved;
  tail_seen_ = tail_.load(std::memory_order_acquire);  // partner: the store in put()
  while (true) {
    const size_t bytes =
        std::min<size_t>(static_cast<size_t>(tail_seen_ - head), bytes_max - moved.bytes);
    copy_out(out + moved.bytes, bytes, head);
    head += bytes;
    moved.bytes += bytes;
    if (moved.bytes == bytes_max) break;
    reader_waits_.store(true, std::memory_order_seq_cst);
    // In this order: behind a close that is seen nothing more can have been put.
    moved.ended = closed_.load(std::memory_order_seq_cst);
    tail_seen_ = tail_.load(std::memory_order_seq_cst);
    if (tail_seen_ == head) break;
    moved.ended = false;
  }
  if (head == begin) return moved;
  head_.store(head, std::memory_order_seq_cst);  // partner: the loads in put()
  const bool half_is_free = tail_seen_ - head <= capacity_ / 2;
  moved.wakes = half_is_free && take_back(writer_waits_);
  return moved;
}

}  // namespace antiphon
