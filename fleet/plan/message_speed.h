// How fast a core of this machine is at moving messages, told as those it takes from one TCP connection
// and gives to another in a second.
//
// WHY beside signatures: processors that have RSA in vector units sign three times as fast as others, and
// move messages hardly faster. A ping is system calls and copies, not arithmetic.
#pragma once

#include <absl/status/statusor.h>

namespace antiphon::fleet::plan {

inline constexpr double kMessageSeconds = 0.1;

// Of a core (core_speed.h), with messages as long as the answer to a ping, on loopback, both ends of both
// connections being the core's own.
absl::StatusOr<double> measure_messages_per_s(double seconds = kMessageSeconds);

}  // namespace antiphon::fleet::plan
