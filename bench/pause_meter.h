// How long single steps take on the thread that does them, and the longest of them.
//
// WHY CPU time: a shard that is preempted stalls too, but not through any fault of the code that is
// measured here; on a busy machine the wall's longest step is always the scheduler's.
#pragma once

#include <benchmark/benchmark.h>
#include <time.h>

#include <algorithm>
#include <cstdint>

namespace antiphon::bench {

class PauseMeter {
 public:
  void begin() { begin_ns_ = now_ns(); }
  void end() {
    const int64_t ns = now_ns() - begin_ns_;
    worst_ns_ = std::max(worst_ns_, ns);
    if (ns > kTargetNs) ++over_target_;
  }

  // The longest step in seconds, and how many took longer than the target of a millisecond.
  void report(benchmark::State& state) const {
    state.counters["worst_s"] = static_cast<double>(worst_ns_) / 1e9;
    state.counters["over_1ms"] = static_cast<double>(over_target_);
  }

 private:
  static constexpr int64_t kTargetNs = 1'000'000;

  static int64_t now_ns() {
    timespec now{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
  }

  int64_t begin_ns_ = 0;
  int64_t worst_ns_ = 0;
  uint64_t over_target_ = 0;
};

}  // namespace antiphon::bench
