// What the handshake pool has done since the start, and what it has before it.
#pragma once

#include <cstdint>
#include <optional>

namespace antiphon {

struct HandshakeCounts {
  uint64_t queued = 0;          // said hello and wait for their turn
  uint64_t running = 0;         // begun and not ended
  uint64_t established = 0;
  uint64_t resumed = 0;         // of them, without public-key arithmetic
  uint64_t failed = 0;          // by the client's fault, or because it left halfway
  uint64_t timed_out = 0;
  uint64_t left_the_queue = 0;  // gone before their turn: nothing was computed for them
  uint64_t put_aside = 0;       // times a client about to leave was made to wait instead of begun with
  uint64_t established_ns = 0;  // CPU time of the handshakes that were established
  uint64_t wasted_ns = 0;       // and of those that were not
  uint64_t per_second = 0;      // established lately

  // How long those who wait will take at this rate. Nothing while that is not known.
  std::optional<uint64_t> seconds_left() const {
    if (queued == 0) return 0;
    if (per_second == 0) return std::nullopt;
    return (queued + per_second - 1) / per_second;
  }
};

}  // namespace antiphon
