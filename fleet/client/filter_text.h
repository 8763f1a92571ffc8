// Filters as people type them: "os.family=RedHat", "cpus>=4", "role=/web|app/".
//
// SOURCE: go-choria 0.29.4, so that a filter means here what it means to `choria`.
#pragma once

#include <absl/status/statusor.h>

#include <string_view>

#include "protocol/choria/filter.h"

namespace antiphon::fleet {

// The last operator in the text counts. One `=` is `==`, and a value between slashes is a pattern
// whatever the operator. An error when there is no operator or one of its sides is empty.
absl::StatusOr<choria::FactFilter> parse_fact_filter(std::string_view text);

// Words separated by blanks: those that are fact filters become such, the others classes.
void add_combined_filter(std::string_view text, choria::Filter& filter);

}  // namespace antiphon::fleet
