// Gives back what a shard keeps for reuse, some time after a crowd of sessions has gone.
//
// WHY: lists, clocks and unused chunks have the size of the largest crowd there ever was, and what a
// thread's part of the allocator has cached stays there while the thread rests.
// MODEL: after each turn the shard's sessions are counted. When half of the most that there were have
// gone, memory is given back kRestMs later, unless they have come back: a fleet that is cut off and
// returns finds everything as it was, and no message pays for anything.
// LIMITS: not below kCrowdMin sessions. One look at each clock and each slot for each halving.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "broker/session/shard.h"

namespace antiphon {

class Aftermath {
 public:
  static constexpr size_t kCrowdMin = 256;
  static constexpr int64_t kRestMs = 5000;

  // After a turn.
  void look_at(Shard& shard);

  // How long the shard may wait, as said by wait_ms(), without being late for this.
  int limited(int wait_ms, int64_t now_ms) const {
    if (due_ms_ == 0) return wait_ms;
    const auto left_ms = static_cast<int>(std::max<int64_t>(due_ms_ - now_ms, 0));
    return wait_ms < 0 ? left_ms : std::min(wait_ms, left_ms);
  }

 private:
  bool has_gone(size_t left) const { return crowd_ >= kCrowdMin && left <= crowd_ / 2; }

  size_t crowd_ = 0;  // the most sessions since memory was given back last
  int64_t due_ms_ = 0;  // 0: nothing is to be given back
};

}  // namespace antiphon
