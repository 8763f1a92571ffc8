// Scenario: one request to all nodes, one answer from each, several times.
//
// MODEL: answers are only counted and kept while time runs; that each is from another node is
// checked afterwards.
#pragma once

#include "fleet/bench/comparison.h"
#include "fleet/bench/emulated_fleet.h"

namespace antiphon::fleet::bench {

struct PingLoad {
  unsigned pings = 5;
  double patience_s = 10;  // from the request, until answers that have not come are missing
};

// Figures are medians of the pings.
absl::StatusOr<RunResult> run_fleet_ping(const Target& target, const FleetSettings& settings,
                                         const PingLoad& load);

}  // namespace antiphon::fleet::bench
