// Scenario: all nodes lose their connection at once, and all dial again at once.
//
// MODEL: memory is read three times: "with nobody", before the first node of all; "before" the storm,
// with the whole fleet connected; and "after all left".
#pragma once

#include "fleet/bench/comparison.h"
#include "fleet/bench/emulated_fleet.h"

namespace antiphon::fleet::bench {

struct StormSettings {
  FleetSettings fleet;          // its timeout is that of the dials in the storm
  int64_t calm_timeout_ms = 0;  // of connections before it
  double leave_s = 10;          // after the nodes have left, before memory is read
  std::vector<std::string> listen_to;  // subjects that somebody listens to meanwhile; none: nobody
  Credentials listener;                // who that is
};

absl::StatusOr<RunResult> run_fleet_storm(const Target& target, const StormSettings& settings);

}  // namespace antiphon::fleet::bench
