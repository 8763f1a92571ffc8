// A bounded stream of bytes between two threads: one only puts, the other only takes.
//
// MODEL: an edge-triggered poller's rules without a socket. Whoever is stopped by the ring (a put
// that did not fit, a take that got less than it asked for) announces that it waits, looks once
// more, and may then sleep; the other one moves its bytes first, then looks whether somebody waits
// and says so by `wakes`. Announcement and position change places in sequentially consistent
// order, so one of the two always sees the other: no wake-up is lost, and a busy pair needs none.
// A writer that waits is woken when half of the ring is free, not at every byte.
// INVARIANTS: capacity is a power of two; head_ is written by the reader only, tail_ by the writer
// only; they count bytes since the begin. close() comes after the last put().
// LIMITS: a full ring takes nothing.
#pragma once

#include <sys/uio.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "broker/runtime/spsc_ring.h"

namespace antiphon {

class ByteRing {
 public:
  explicit ByteRing(size_t capacity_bytes);
  ByteRing(const ByteRing&) = delete;
  ByteRing& operator=(const ByteRing&) = delete;

  struct Moved {
    size_t bytes = 0;
    bool wakes = false;  // the other side waits for this
    bool ended = false;  // of take(): all that was put is taken, and the writer has closed
  };

  // Writer. Copies as much as fits. Less than all: the writer waits from now on.
  Moved put(const iovec* pieces, size_t count);
  // Writer: nothing more comes. The caller wakes the reader in any case.
  void close() { closed_.store(true, std::memory_order_seq_cst); }

  // Reader. Less than bytes_max: the ring is empty and the reader waits from now on.
  Moved take(char* out, size_t bytes_max);

 private:
  void copy_in(const char* from, size_t bytes, uint64_t at);
  void copy_out(char* to, size_t bytes, uint64_t at) const;
  bool is_full(uint64_t tail) const { return tail - head_seen_ == capacity_; }

  const size_t capacity_;
  const std::unique_ptr<char[]> bytes_;
  alignas(kCacheLineBytes) std::atomic<uint64_t> head_{0};
  uint64_t tail_seen_ = 0;  // reader's copy, on the reader's line
  alignas(kCacheLineBytes) std::atomic<uint64_t> tail_{0};
  uint64_t head_seen_ = 0;  // writer's copy, on the writer's line
  // Each is set by the one that waits and taken back by the one that wakes it.
  alignas(kCacheLineBytes) std::atomic<bool> reader_waits_{false};
  std::atomic<bool> writer_waits_{false};
  std::atomic<bool> closed_{false};
};

}  // namespace antiphon
