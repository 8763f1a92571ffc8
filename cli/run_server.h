// Runs a broker in the foreground until a signal ends it; with the federation tier beside it, where
// the configuration asks for that.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "broker/config/broker_options.h"
#include "broker/config/load_config.h"
#include "federation/relay/load_relay.h"

namespace antiphon {

struct ServerLaunch {
  std::string program;      // for messages and the ports file
  std::string config_path;  // empty: none
  std::string config_digest;
  BrokerOptions options;
  std::optional<federation::LoadedRelay> federation;  // nothing: the broker alone
  // What the command line changes; applied again after a reload has read the file.
  std::function<void(BrokerOptions&)> command_line;
};

// Signals: INT and TERM stop, HUP reloads, USR1 opens the log again, USR2 begins lame duck mode. The
// federation tier goes first, in either case.
// Returns the exit status.
int run_server(ServerLaunch launch);

// Loads the file and applies the command line, then checks the whole. Diagnostics go to standard
// error, each with its place; `quiet_warnings` keeps warnings back.
bool load_options(ServerLaunch& launch);

}  // namespace antiphon
