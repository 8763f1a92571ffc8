// What a stretch of time cost the server and the load generator in CPU.
#pragma once

#include <sys/types.h>

#include <optional>

#include "broker/runtime/clock.h"
#include "fleet/bench/metric.h"
#include "fleet/bench/process_usage.h"

namespace antiphon::fleet::bench {

struct WindowUsage {
  double seconds = 0;
  double generator_cpu_ns = 0;
  std::optional<double> server_cpu_ns;

  void add(const WindowUsage& other);
  // Fills in the per cent of a core.
  void describe(RunResult& result) const;
};

class UsageWindow {
 public:
  // Begins now. `server` 0: unknown.
  explicit UsageWindow(pid_t server);
  // From the beginning until now.
  WindowUsage so_far() const;

 private:
  const pid_t server_;
  const SteadyTime begin_;
  const int64_t generator_begin_ns_;
  const std::optional<int64_t> server_begin_ns_;
};

}  // namespace antiphon::fleet::bench
