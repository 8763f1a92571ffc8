// What `antiphon emulate` says: lines for people and scripts, and one JSON object.
#pragma once

#include <cstdint>
#include <string>

#include "fleet/emulator/emulation_counts.h"

namespace antiphon::fleet {

// "ready: 2000 of 2000 nodes connected in 3.2 s", or "not ready: ..." when some are not.
std::string ready_line(const EmulationCounts& counts, double seconds);

// One line for each kind of failure and complaint, the most frequent first; empty without any.
std::string failure_lines(const EmulationCounts& counts);

// "ended: ..." with what the nodes have done.
std::string summary_line(const EmulationCounts& counts);

struct EmulationTimes {
  double ready_s = -1;  // from the start until all were connected; -1: never
  double total_s = 0;
  double cpu_s = 0;  // of this process, user and system
};
// One line.
std::string emulation_json(const EmulationCounts& counts, const EmulationTimes& times);

}  // namespace antiphon::fleet
