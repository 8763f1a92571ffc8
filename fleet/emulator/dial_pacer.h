// Decides when the next node may dial: so many a second, so many at a time.
//
// LIMITS: after a pause at most kBurstMs worth of dials may start together.
#pragma once

#include <algorithm>
#include <cstdint>

#include "broker/runtime/clock.h"

namespace antiphon::fleet {

class DialPacer {
 public:
  static constexpr int64_t kBurstMs = 10;

  // 0 means no limit, for both.
  DialPacer(double dials_per_s, uint32_t concurrent_max)
      : interval_ns_(dials_per_s > 0 ? static_cast<int64_t>(1e9 / dials_per_s) : 0),
        concurrent_max_(concurrent_max) {}

  bool may_start(SteadyTime now, uint32_t dialing) const {
    return has_room(dialing) && next_ns_ <= now.ns;
  }
  void started(SteadyTime now) {
    next_ns_ = std::max(next_ns_, now.ns - kBurstMs * 1'000'000) + interval_ns_;
  }
  // How long until may_start() could say yes by the passing of time alone; at least 0. When there
  // is no room an event will tell, and the answer is `otherwise_ms`.
  int64_t wait_ms(SteadyTime now, uint32_t dialing, int64_t otherwise_ms) const {
    if (!has_room(dialing)) return otherwise_ms;
    return std::max<int64_t>(0, (next_ns_ - now.ns + 999'999) / 1'000'000);
  }

 private:
  bool has_room(uint32_t dialing) const {
    return concurrent_max_ == 0 || dialing < concurrent_max_;
  }

  const int64_t interval_ns_;
  const uint32_t concurrent_max_;
  int64_t next_ns_ = 0;
};

}  // namespace antiphon::fleet
