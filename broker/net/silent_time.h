// How long a TLS client may keep silent, when it comes in a crowd (handshake_worker.h), before it is cut off?
//
// WHY: where many clients share a machine, the last of them says hello after the handshakes of all others:
// tens of seconds for thousands. Whoever is cut off meanwhile dials again, and is the last once more.
// A silent client holds a descriptor, and little memory; so patience ends where descriptors get scarce,
// and strangers cannot hold more than half of them for that long.
#pragma once

#include <cstdint>

namespace antiphon {

struct SilentTime {
  // Times the TLS timeout, with up to half of the connections taken, and with more.
  static constexpr int64_t kTimesMax = 30;
  static constexpr int64_t kTimesWhenHalfTaken = 5;

  // `connections_max`: 0 for no other limit than the process's descriptors.
  static int64_t max_ms(int64_t timeout_ms, int64_t connections, int64_t connections_max);
};

}  // namespace antiphon
