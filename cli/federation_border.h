// The border of a federation broker that is run, and where its decisions are recorded.
#pragma once

#include <absl/status/statusor.h>

#include <memory>
#include <string>

#include "broker/runtime/line_file.h"
#include "broker/runtime/log.h"
#include "federation/border/border.h"
#include "federation/relay/load_relay.h"

namespace antiphon {

// Whether the border's audit file can be opened, if there is one; makes none.
absl::Status check_border_audit(const federation::LoadedBorder& border);

// Null if the configuration has none. Without an audit file decisions go to the log.
// LIFETIME: audit and log must outlive the border.
absl::StatusOr<std::unique_ptr<federation::Border>> open_border(
    const federation::LoadedRelay& loaded, LineFile& audit, Log& log);

}  // namespace antiphon
