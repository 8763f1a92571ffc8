// What the process takes of the machine: memory, processor time, cores.
//
// THREADS: any. The share of the processor is that of the last second or more between two calls; a
// call that follows sooner gets the same figure again.
#pragma once

#include <cstdint>
#include <mutex>

namespace antiphon {

struct ProcessFacts {
  int64_t resident_bytes = 0;
  double cpu_percent = 0;  // of one core, one decimal
  double cpu_seconds = 0;  // since the process began
  unsigned cores = 1;      // that the process may run on
};

class ProcessUsage {
 public:
  ProcessUsage();
  ProcessFacts now();

 private:
  std::mutex mutex_;  // guards the rest
  int64_t sampled_at_ns_;
  int64_t sampled_cpu_ns_;
  double cpu_percent_ = 0;
};

}  // namespace antiphon
