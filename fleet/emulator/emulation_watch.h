// Follows a running fleet for whoever started it: progress, the ready line, the end, the summary.
//
// SIGNALS: INT and TERM end the watch; they must be blocked in every thread (block_ending_signals).
#pragma once

#include <cstdio>
#include <string>

#include "fleet/emulator/emulation.h"

namespace antiphon::fleet {

struct WatchSettings {
  double wait_s = 60;      // until all nodes must be connected
  double duration_s = 0;   // to stay after that; 0: until a signal
  std::string ready_file;  // gets the ready line; empty: none
  bool json = false;       // one object on standard output at the end, all else on standard error
};

// To be called before any thread is started.
void block_ending_signals();

enum class WatchEnd { kAsAsked, kNotReady, kReadyFileFailed };

class EmulationWatch {
 public:
  EmulationWatch(const Emulation& emulation, const WatchSettings& settings);

  // Returns when a signal came, the duration has passed, or the nodes are not ready in time.
  WatchEnd until_over();
  // Prints the summary of a fleet that has been stopped.
  void report() const;

 private:
  double seconds_at(int64_t ns) const;
  bool became_ready(const EmulationCounts& counts);
  void give_up(const EmulationCounts& counts);
  bool write_ready_file(const std::string& line) const;
  void show_progress(const EmulationCounts& counts) const;
  void clear_progress() const;

  const Emulation& emulation_;
  const WatchSettings settings_;
  FILE* const lines_;  // where what people read goes
  const bool on_terminal_;
  double ready_s_ = -1;
  bool failures_shown_ = false;
};

}  // namespace antiphon::fleet
