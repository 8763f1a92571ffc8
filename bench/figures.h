// The figures that the micro-benchmarks have in common.
#pragma once

#include <benchmark/benchmark.h>

#include <cstddef>
#include <string>

namespace antiphon::bench {

// Each iteration did the same for `items` things (messages, frames, subscriptions).
inline void report_per_item(benchmark::State& state, const std::string& name, size_t items) {
  using Counter = benchmark::Counter;
  // An inverted rate is the seconds that one takes.
  state.counters["per_" + name] =
      Counter(static_cast<double>(items), Counter::kIsIterationInvariantRate | Counter::kInvert);
}

// And each iteration moved so many bytes.
inline void report_bytes(benchmark::State& state, size_t bytes) {
  state.SetBytesProcessed(static_cast<int64_t>(bytes) * state.iterations());
}

}  // namespace antiphon::bench
