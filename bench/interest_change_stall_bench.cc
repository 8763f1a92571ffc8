// The longest waits of publishes while others subscribe and leave, in whole shards (interest_bench.cc
// has the interest's share of them).
#include "bench/interest_change_stall.h"

#include <benchmark/benchmark.h>

namespace antiphon::bench {
namespace {

double seconds(int64_t ns) { return static_cast<double>(ns) / 1e9; }

void interest_change_stall(benchmark::State& state) {
  std::vector<Waits> played;
  for (auto _ : state) played = InterestChangeStall::play(static_cast<uint64_t>(state.range(0)));
  for (const Waits& waits : played) {
    const std::string name = waits.change;
    state.counters[name + "_p99_s"] = seconds(percentile(waits.cpu_ns, 99));
    state.counters[name + "_worst_s"] = seconds(percentile(waits.cpu_ns, 100));
    state.counters[name + "_worst_wall_s"] = seconds(percentile(waits.wall_ns, 100));
  }
}
BENCHMARK(interest_change_stall)
    ->ArgName("subscriptions")
    ->Arg(100'000)
    ->Arg(1'000'000)
    ->Iterations(1)
    ->Unit(benchmark::kSecond);

}  // namespace
}  // namespace antiphon::bench
