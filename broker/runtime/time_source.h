// Where a part of the program reads the time: the system's clocks, or those of a simulation, which lets
// its own time pass.
//
// THREADS: both functions may be called from any.
#pragma once

#include <cstdint>

#include "broker/runtime/clock.h"

namespace antiphon {

struct TimeSource {
  SteadyTime (*steady)() = &steady_now;
  int64_t (*wall_ns)() = &wall_now_ns;
};

}  // namespace antiphon
