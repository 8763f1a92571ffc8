// How fast a core of this machine is at the arithmetic of TLS handshakes, told as the RSA-2048
// signatures it makes in a second.
#pragma once

#include <absl/status/statusor.h>

namespace antiphon::fleet::plan {

inline constexpr double kSignatureSeconds = 0.2;

// Of a core (core_speed.h). Takes `seconds`, and a moment to make a key.
absl::StatusOr<double> measure_signatures_per_s(double seconds = kSignatureSeconds);

}  // namespace antiphon::fleet::plan
