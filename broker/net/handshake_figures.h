// What one thread of the handshake pool has done, and how fast it is.
//
// THREADS: written by that thread, add_to() by anybody.
#pragma once

#include <atomic>
#include <cstdint>

#include "broker/net/handshake_counts.h"

namespace antiphon {

class HandshakeFigures {
 public:
  void add_to(HandshakeCounts& counts) const;

  void set_queued(size_t clients) { queued_.set(clients); }
  void put_aside() { put_aside_.add(1); }
  void left_the_queue() { left_the_queue_.add(1); }
  void begun() { running_.add(1); }
  uint64_t running() const { return running_.get(); }

  // The end of one that was begun, whatever came of it.
  void ended() { running_.set(running_.get() - 1); }
  void established(uint64_t cpu_ns, bool resumed);
  void wasted(uint64_t cpu_ns) { wasted_ns_.add(cpu_ns); }
  void failed() { failed_.add(1); }
  void timed_out() { timed_out_.add(1); }

  // Measures the rate of the time that has passed since it was last measured, if that is long enough.
  enum class Window : uint8_t { kGoesOn, kQuiet, kBusy };
  Window measure_rate(int64_t now_ns);
  static constexpr int kWindowMs = 500;

 private:
  // Relaxed, because numbers for display order nothing.
  class Count {
   public:
    void add(uint64_t amount) {
      value_.store(value_.load(std::memory_order_relaxed) + amount, std::memory_order_relaxed);
    }
    void set(uint64_t value) { value_.store(value, std::memory_order_relaxed); }
    uint64_t get() const { return value_.load(std::memory_order_relaxed); }

   private:
    std::atomic<uint64_t> value_{0};
  };

  Count queued_, running_, established_, resumed_, failed_, timed_out_, left_the_queue_, put_aside_;
  Count established_ns_, wasted_ns_, per_second_;
  int64_t window_begin_ns_ = 0;
  uint64_t window_established_ = 0;
};

}  // namespace antiphon
