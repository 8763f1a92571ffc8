// What has happened to a group of emulated nodes so far, in numbers.
#pragma once

#include <cstdint>

#include "fleet/wire/link_failure.h"

namespace antiphon::fleet {

struct EmulationCounts {
  uint64_t nodes = 0;
  uint64_t connected = 0;  // now, with every subscription in effect
  uint64_t dials = 0;
  uint64_t logins = 0;    // connections that got so far
  uint64_t lost = 0;      // connections that were connected and ended
  uint64_t requests = 0;  // different ones, as the busiest thread saw them
  uint64_t messages = 0;  // requests as received, one by one
  uint64_t replies = 0;
  uint64_t filtered = 0;          // the filter meant other nodes
  uint64_t unanswered = 0;        // expired, not for these nodes, malformed
  uint64_t dropped = 0;           // replies to a broker that does not read
  int64_t last_connected_ns = 0;  // steady time at which a node got connected last
  FailureCounts failures;         // of connections
  FailureCounts complaints;       // errors the broker reported on connections that stayed

  void add(const EmulationCounts& other);
};

}  // namespace antiphon::fleet
