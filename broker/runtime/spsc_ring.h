// A bounded queue between exactly two threads: one only pushes, the other only pops.
//
// INVARIANTS: capacity is a power of two; head_ is written by the consumer only, tail_ by the
// producer only; each side keeps a copy of the other's index so that it reads the shared one only
// when its copy says "full" or "empty".
// LIMITS: a full ring refuses the push; what to do then is the caller's named policy.
#pragma once

#include <atomic>
#include <bit>
#include <cstddef>
#include <memory>
#include <utility>

#include "protocol/bytes/check.h"

namespace antiphon {

inline constexpr size_t kCacheLineBytes = 64;

template <typename T>
class SpscRing {
 public:
  explicit SpscRing(size_t capacity) : mask_(capacity - 1), slots_(new T[capacity]) {
    AP_CHECK(std::has_single_bit(capacity));
  }
  SpscRing(const SpscRing&) = delete;
  SpscRing& operator=(const SpscRing&) = delete;

  // Producer. False when the ring is full; `value` is then untouched.
  bool try_push(T&& value) {
    const size_t tail = tail_.load(std::memory_order_relaxed);  // only this thread writes it
    if (tail - head_seen_ > mask_) {
      head_seen_ = head_.load(std::memory_order_acquire);  // partner: the release in pop()
      if (tail - head_seen_ > mask_) return false;
    }
    slots_[tail & mask_] = std::move(value);
    tail_.store(tail + 1, std::memory_order_release);  // partner: the acquire in try_pop()
    return true;
  }

  // Consumer. False when the ring is empty.
  bool try_pop(T& value) {
    const size_t head = head_.load(std::memory_order_relaxed);  // only this thread writes it
    if (head == tail_seen_) {
      tail_seen_ = tail_.load(std::memory_order_acquire);  // partner: the release in try_push()
      if (head == tail_seen_) return false;
    }
    value = std::move(slots_[head & mask_]);
    head_.store(head + 1, std::memory_order_release);  // partner: the acquire in try_push()
    return true;
  }

  // Consumer: whether a pop would find nothing. Sequentially consistent, because a consumer that
  // is about to sleep must not miss a push (see Wakeup).
  bool empty() const {
    return head_.load(std::memory_order_relaxed) == tail_.load(std::memory_order_seq_cst);
  }

 private:
  const size_t mask_;
  const std::unique_ptr<T[]> slots_;
  alignas(kCacheLineBytes) std::atomic<size_t> head_{0};
  size_t tail_seen_ = 0;  // consumer's copy, on the consumer's line
  alignas(kCacheLineBytes) std::atomic<size_t> tail_{0};
  size_t head_seen_ = 0;  // producer's copy, on the producer's line
};

}  // namespace antiphon
