// Scenario: publishers send to readers as fast as it goes, and every message must arrive.
#pragma once

#include "fleet/bench/comparison.h"
#include "fleet/bench/load_settings.h"

namespace antiphon::fleet::bench {

absl::StatusOr<RunResult> run_pubsub(const Target& target, const LoadSettings& settings);

}  // namespace antiphon::fleet::bench
