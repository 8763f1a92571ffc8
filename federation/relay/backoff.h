// How long a link waits before it dials again: about a quarter of a second, doubling, to twenty seconds
// at most; for ever.
#pragma once

#include <algorithm>
#include <cstdint>

#include "broker/runtime/random.h"

namespace antiphon::federation {

struct Backoff {
  int64_t first_ms = 250;
  int64_t most_ms = 20'000;
};

// The middle of the delay before attempt `attempt` (from 1).
constexpr int64_t backoff_ms(const Backoff& backoff, uint32_t attempt) {
  constexpr uint32_t kDoublingsMax = 20;
  const uint32_t doublings = std::min(attempt == 0 ? 0 : attempt - 1, kDoublingsMax);
  // Half of it may be added.
  return std::min(backoff.first_ms << doublings, backoff.most_ms * 2 / 3);
}

// Evenly between half and one and a half times the middle, so that brokers which lost the same
// server do not come back together.
inline int64_t jittered_backoff_ms(const Backoff& backoff, uint32_t attempt, Random& random) {
  const int64_t middle = backoff_ms(backoff, attempt);
  return middle / 2 + static_cast<int64_t>(random.below(static_cast<uint64_t>(middle)));
}

}  // namespace antiphon::federation
