// `--signal command[=pid]`: tells a running broker to stop, reload and so on.
#pragma once

#include <string>

namespace antiphon {

// Returns what went wrong; empty when the signal was sent. `program` is whose processes are looked
// for when no pid is given.
std::string send_signal(const std::string& program, const std::string& argument);

}  // namespace antiphon
