// Time as the shards see it: milliseconds of a clock that never jumps, read once per turn.
//
// WHY: reading the clock for each message would cost more than routing it; timeouts are seconds.
#pragma once

#include <chrono>
#include <cstdint>

namespace antiphon {

// Steady time since an arbitrary start; for deadlines and durations.
struct SteadyTime {
  int64_t ns = 0;
  int64_t ms() const { return ns / 1'000'000; }
  auto operator<=>(const SteadyTime&) const = default;
};

inline SteadyTime steady_now() {
  return {std::chrono::duration_cast<std::chrono::nanoseconds>(
              std::chrono::steady_clock::now().time_since_epoch())
              .count()};
}

// Wall-clock nanoseconds since 1970; for what people and other programs read.
inline int64_t wall_now_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

}  // namespace antiphon
