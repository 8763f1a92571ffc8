// Time that passes only when a simulation says so.
//
// WHY: a relay reads its clock by itself, again and again; with the system's clock two runs of a
// seed would see other times. MODEL: one time for the process, so one simulation at a time.
#pragma once

#include <cstdint>

#include "broker/runtime/time_source.h"

namespace antiphon::sim {

class PlayedTime {
 public:
  static void begin() { now_.ns = kBeginNs; }
  static void advance_ms(int64_t ms) { now_.ns += ms * 1'000'000; }
  static int64_t now_ms() { return now_.ms(); }
  static int64_t passed_ms() { return (now_.ns - kBeginNs) / 1'000'000; }
  static TimeSource clock() { return {&steady, &wall_ns}; }

 private:
  static constexpr int64_t kBeginNs = 1'000'000'000'000;
  static constexpr int64_t kWallNs = 1'767'225'600'000'000'000;  // the first of January 2026

  static SteadyTime steady() { return now_; }
  static int64_t wall_ns() { return kWallNs + now_.ns; }

  static inline SteadyTime now_{kBeginNs};
};

}  // namespace antiphon::sim
