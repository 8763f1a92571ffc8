// Fetches one page of another program of ours, such as a federation broker's status.
//
// LIMITS: five seconds without a byte, 256 MiB.
#pragma once

#include <absl/status/statusor.h>

#include <string>
#include <string_view>

namespace antiphon {

// The body of what `host:port` answers for the path, whatever its status.
absl::StatusOr<std::string> http_get(const std::string& address, const std::string& path);

// A text as the value of an argument of a path.
std::string percent_encoded(std::string_view text);

}  // namespace antiphon
