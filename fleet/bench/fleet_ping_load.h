// Scenario: one request to all nodes, one answer from each, several times.
//
// MODEL: answers are only counted and kept while time runs; that each is from another node is
// checked afterwards. A request that is filled up has blanks behind the word "ping" of its body, inside
// all of Choria's layers, so that nodes read it as any other.
#pragma once

#include "fleet/bench/comparison.h"
#include "fleet/bench/emulated_fleet.h"

namespace antiphon::fleet::bench {

struct PingLoad {
  unsigned pings = 5;
  double patience_s = 10;  // from the request, until answers that have not come are missing
  size_t request_bytes_min = 0;  // of the payload; 0: as small as it is
};

// Figures are medians of the pings.
absl::StatusOr<RunResult> run_fleet_ping(const Target& target, const FleetSettings& settings,
                                         const PingLoad& load);

}  // namespace antiphon::fleet::bench
