// How long a node waits before it dials again: as Choria's nodes do, from half a second to twenty.
#pragma once

#include <cstdint>

#include "broker/runtime/random.h"

namespace antiphon::fleet {

inline constexpr int64_t kReconnectDelayMaxMs = 20'000;

// The middle of the delay before attempt `attempt` (from 1): it grows by a quarter of a second at
// the beginning of every five seconds, else by half a second, and stays at twenty seconds.
constexpr int64_t reconnect_delay_ms(uint32_t attempt) {
  constexpr uint32_t kStepsPerRound = 11;
  constexpr int64_t kRoundMs = 5000;
  constexpr int64_t kRoundsMax = kReconnectDelayMaxMs / kRoundMs;
  const int64_t round = attempt / kStepsPerRound;
  const int64_t step = attempt % kStepsPerRound;
  if (round >= kRoundsMax) return kReconnectDelayMaxMs;
  return round * kRoundMs + (step < 2 ? 500 + 250 * step : 500 * step);
}

// Evenly spread between half and one and a half times the middle, so that a fleet that was cut off
// at once does not come back at once.
inline int64_t jittered_reconnect_delay_ms(uint32_t attempt, Random& random) {
  const int64_t middle = reconnect_delay_ms(attempt);
  return middle / 2 + static_cast<int64_t>(random.below(static_cast<uint64_t>(middle)));
}

}  // namespace antiphon::fleet
