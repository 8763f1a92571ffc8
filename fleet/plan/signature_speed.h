// How fast a core of this machine is, told as the RSA-2048 signatures it makes in a second.
#pragma once

#include <absl/status/statusor.h>

namespace antiphon::fleet::plan {

inline constexpr double kSignatureSeconds = 0.2;

// The mean of all cores while all of them sign. WHY all: a broker that is busy uses them all, and
// two that are threads of one real core make hardly more together than one alone. Counts CPU time,
// so that other work on the machine matters little. Takes `seconds`, and a moment to make a key.
absl::StatusOr<double> measure_signatures_per_s(double seconds = kSignatureSeconds);

}  // namespace antiphon::fleet::plan
