// The forms in which times and lengths of time are shown, which are Go's and nats-server's.
#pragma once

#include <cstdint>
#include <string>

namespace antiphon {

// "2026-01-31T12:34:56.123456789Z": UTC, zeros at the end of the fraction left out (RFC 3339).
std::string time_text(int64_t wall_ns);

// "Sat, 31 Jan 2026 12:34:56 GMT", as HTTP headers have it (RFC 9110, IMF-fixdate).
std::string http_date(int64_t wall_ns);

// "3y12d4h5m6s": whole seconds, units that are zero at the left left out. Negative counts as none.
std::string uptime_text(int64_t ns);

// A round-trip time as Go prints a duration: "743µs", "1.5ms", "1m2.5s", "0s". Below a millisecond
// it is cut to whole microseconds.
std::string rtt_text(int64_t ns);

}  // namespace antiphon
