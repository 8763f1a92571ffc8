// What a federation broker knows of its work, as JSON: /federationz, for scripts and for `antiphon federation status`.
#pragma once

#include <string>

#include "federation/relay/relay_counts.h"

namespace antiphon {

// Everything in the report.
std::string federation_json(const federation::RelayReport& report);

}  // namespace antiphon
