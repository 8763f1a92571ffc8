// Runs a federation broker alone, in the foreground, until a signal ends it.
#pragma once

#include <cstdint>
#include <string>

namespace antiphon {

struct FederationLaunch {
  std::string config;
  int64_t http_port = 0;  // 0: as the configuration says; -1: any free one
  bool check_only = false;
};

inline constexpr const char* kFederationSignals =
    "Signals: INT, TERM and USR2 stop when everything that has come is passed on; HUP\n"
    "reloads the configuration; USR1 opens the log file and the border's audit file again.";

// Returns the exit status.
int run_federation(const FederationLaunch& launch);

}  // namespace antiphon
