// A fleet of emulated nodes that is brought up and watched for a benchmark.
#pragma once

#include <memory>

#include "fleet/bench/metric.h"
#include "fleet/bench/target.h"
#include "fleet/emulator/emulation.h"

namespace antiphon::fleet::bench {

struct FleetSettings {
  uint32_t nodes = 2000;
  uint32_t first_number = 1;       // of the nodes: other processes may have others
  size_t agents = kAgentsDefault;  // of each node
  size_t collectives = 1;          // of each node
  unsigned threads = 1;            // of the emulator
  uint32_t concurrent_max = 100;   // connections in the making; 0: all at once
  int64_t timeout_ms = 10'000;     // of a node's connection
  double wait_s = 300;             // until all must be connected
  TokenIssuer token_issuer;        // not null: nodes log in by tokens
  size_t reply_bytes_min = 0;      // see FleetProfile
};

// Each node subscribes, in each collective, to its agents and to itself.
std::unique_ptr<Emulation> make_fleet(const Target& target, const FleetSettings& settings);

// Waits until all nodes are connected; false when they are not in time.
bool await_connected(const Emulation& fleet, const FleetSettings& settings);

// From the start until the last one was connected.
double seconds_to_connect(const Emulation& fleet);

// What went wrong most often, for those that are not connected.
std::string connection_failure(const Emulation& fleet);

}  // namespace antiphon::fleet::bench
