// Durations as Go prints them, because people compare the output with that of `choria ping`.
#pragma once

#include <cstdint>
#include <string>

namespace antiphon::fleet {

// Rounded to milliseconds: "0s", "87ms", "1.234s", "1m2.5s", "1h0m0s". REQUIRES: ns >= 0.
std::string go_duration_ms(int64_t ns);

}  // namespace antiphon::fleet
