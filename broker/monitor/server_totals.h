// The shards of a server taken together, as /varz, /subsz and /metrics show them.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "broker/monitor/process_usage.h"
#include "broker/monitor/server_view.h"

namespace antiphon {

// The sum over all shards.
ShardFacts total_of(const std::vector<ShardFacts>& shards);

// Requests for each page since the start, by its path without the base path.
using RequestCounts = std::map<std::string, uint64_t>;

// What /varz and /metrics are made from.
struct ServerTotals {
  ServerFacts server;
  std::shared_ptr<const BrokerOptions> options;
  std::vector<ShardFacts> shards;
  ShardFacts total;
  int64_t connections = 0;
  uint64_t total_connections = 0;
  ProcessFacts process;
  RequestCounts requests;
  int64_t now_ns = 0;  // wall clock
};

// Asks the server; waits for every shard.
ServerTotals gather_totals(ServerView& view, ProcessUsage& usage, RequestCounts requests);

}  // namespace antiphon
