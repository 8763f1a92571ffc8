// One benchmark as the command line knows it.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "fleet/bench/bench_flags.h"
#include "fleet/bench/comparison.h"

namespace antiphon::fleet::bench {

struct Subcommand {
  CLI::App* app;
  std::string scenario;
  // What to measure, after the command line has been parsed.
  std::function<std::vector<BenchCase>()> cases;
  // How many connections this process needs for it.
  std::function<uint64_t()> connections;
};

// Adds the benchmarks that stream messages: pubsub, fanout, slow, latency.
void add_load_commands(CLI::App& bench, BenchFlags& common, std::vector<Subcommand>& all);
// Adds the benchmarks of emulated nodes: fleet idle, fleet ping, fleet storm.
void add_fleet_commands(CLI::App& bench, BenchFlags& common, std::vector<Subcommand>& all);

}  // namespace antiphon::fleet::bench
