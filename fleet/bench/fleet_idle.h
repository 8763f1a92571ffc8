// Scenario: nodes connect, subscribe and wait; what does each cost the server in memory?
#pragma once

#include "fleet/bench/comparison.h"
#include "fleet/bench/emulated_fleet.h"

namespace antiphon::fleet::bench {

// Memory is read `settle_s` after the last connection, and before the first.
absl::StatusOr<RunResult> run_fleet_idle(const Target& target, const FleetSettings& settings,
                                         double settle_s);

}  // namespace antiphon::fleet::bench
