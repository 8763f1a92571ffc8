// Scenario: how long a request takes to a responder and back, with nothing else, with other messages
// streaming through the server, or beside nodes that all connect at once.
// With a storm they go on until all of its nodes are connected, but for at least `seconds`.
//
// MODEL: at a fixed rate a request's time runs from when it was due, so that a stall counts for
// every request that it held up; without a rate each follows the answer to the one before.
#pragma once

#include "fleet/bench/comparison.h"
#include "fleet/bench/load_settings.h"

namespace antiphon::fleet::bench {

struct LatencySettings {
  double seconds = 2;
  double rate = 0;  // requests a second; 0: one after the other
  uint32_t payload_bytes = 16;
  double background_rate = 0;  // messages a second beside it; 0: none
  uint32_t background_bytes = 128;
  uint32_t storm_nodes = 0;  // connect at once meanwhile
};

absl::StatusOr<RunResult> run_latency(const Target& target, const LatencySettings& settings);

}  // namespace antiphon::fleet::bench
