// The memory that output waiting for clients may take, all connections of all shards together.
//
// WHY: each connection has its own limit (max_pending); a thousand slow readers below it are still
// more than a machine has. MODEL: each shard says what its own pending output takes, in steps of
// step_bytes(). When the sum passes max(), a round of giving back begins: every shard gives back the
// same part of what it holds, so that the sum falls to 7/8 of max(). Who pays within a shard is the
// shard's matter (broker/session/pending_output.h).
// SHARD: any. The counts are relaxed: they guard memory, they order nothing. ERROR of the sum:
// at most step_bytes() for each shard.
#pragma once

#include <atomic>
#include <cstdint>

namespace antiphon {

class PendingBudget {
 public:
  // A shard takes part in a round once. Number 0: there was none yet.
  struct Round {
    uint32_t number = 0;
    uint32_t part = 0;  // to give back, in 1/kWhole of what the shard holds
  };
  static constexpr uint32_t kWhole = 1 << 16;

  PendingBudget(uint32_t shards, uint64_t max_bytes) : shards_(shards), max_(max_bytes) {}

  uint64_t max() const { return max_.load(std::memory_order_relaxed); }
  void set_max(uint64_t bytes) { max_.store(bytes, std::memory_order_relaxed); }
  uint64_t step_bytes() const;
  uint64_t in_use() const { return in_use_.load(std::memory_order_relaxed); }

  // A shard that said `before` now takes `after`.
  void changed(uint64_t before, uint64_t after) {
    in_use_.fetch_add(after - before, std::memory_order_relaxed);
  }
  // Begins a round if the sum is too large and no round is under way. Returns whether it did: the
  // other shards have to be woken then.
  bool begin_round_if_exceeded();
  Round round() const;
  // A shard has given back its part.
  void leave_round() { to_come_.fetch_sub(1, std::memory_order_acq_rel); }
  // Whether the sum is so far above that a shard must not wait for those that are still to come.
  bool is_far_exceeded() const { return in_use() > max() + max() / 8; }

 private:
  const uint32_t shards_;
  std::atomic<uint64_t> max_;
  std::atomic<uint64_t> in_use_{0};
  std::atomic<uint32_t> to_come_{0};  // shards that have not taken part in the round yet
  std::atomic<uint64_t> round_{0};    // number in the upper half, part in the lower
};

}  // namespace antiphon
