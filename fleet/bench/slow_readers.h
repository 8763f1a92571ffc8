// Scenario: some subscribers never read; how much do the others lose by it?
#pragma once

#include "fleet/bench/comparison.h"
#include "fleet/bench/load_settings.h"

namespace antiphon::fleet::bench {

// Measures the rate of the readers first without, then with the stuck ones.
absl::StatusOr<RunResult> run_slow_readers(const Target& target, const LoadSettings& settings);

}  // namespace antiphon::fleet::bench
