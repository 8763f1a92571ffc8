#include "fleet/bench/slow_readers.h"

#include "fleet/bench/load_run.h"
#include "fleet/bench/usage_window.h"

namespace antiphon::fleet::bench {
namespace {

constexpr double kPercent = 100;
constexpr double kNsPerUs = 1e3;
constexpr double kLate = 0.99;

struct Flow {
  double rate = 0;  // deliveries a second, of all readers that read
  double late_us = 0;  // what 1 of 100 took longer than on its way; 0: not known
  std::string failure;
  WindowUsage usage;
};

absl::StatusOr<Flow> measure(const Target& target, const LoadSettings& settings) {
  auto run = LoadRun::open(target, settings);
  if (!run.ok()) return run.status();
  const UsageWindow window(target.pid());
  (*run)->start();
  const LoadOutcome outcome = (*run)->finish();
  Flow flow{0, outcome.delays.percentile(kLate) / kNsPerUs, outcome.failure, window.so_far()};
  if (outcome.seconds > 0) {
    flow.rate = static_cast<double>(outcome.counts.messages) / outcome.seconds;
  }
  return flow;
}

}  // namespace

absl::StatusOr<RunResult> run_slow_readers(const Target& target, const LoadSettings& settings) {
  LoadSettings all_well = settings;
  all_well.stuck_readers = 0;
  all_well.delays = true;
  const absl::StatusOr<Flow> well = measure(target, all_well);
  if (!well.ok()) return well.status();
  LoadSettings some_stuck = settings;
  some_stuck.delays = true;
  const absl::StatusOr<Flow> stuck = measure(target, some_stuck);
  if (!stuck.ok()) return stuck.status();
  RunResult result;
  result.failure = well->failure.empty() ? stuck->failure : well->failure;
  stuck->usage.describe(result);
  result.metrics.push_back({"delivered, none stuck", "msg/s", well->rate, Better::kHigher});
  result.metrics.push_back({"delivered, some stuck", "msg/s", stuck->rate, Better::kHigher});
  if (well->rate > 0) {
    result.metrics.push_back(
        {"rate the others keep", "%", stuck->rate / well->rate * kPercent, Better::kHigher});
  }
  if (well->late_us > 0) {
    result.metrics.push_back({"delay p99, none stuck", "us", well->late_us, Better::kLower});
    result.metrics.push_back({"delay p99, some stuck", "us", stuck->late_us, Better::kLower});
    result.metrics.push_back(
        {"delay p99 against none stuck", "%", stuck->late_us / well->late_us * kPercent, Better::kLower});
  }
  if (const auto peak = rss_peak_bytes(target.pid()); peak && target.pid() > 0) {
    result.metrics.push_back(
        {"server peak memory", "bytes", static_cast<double>(*peak), Better::kLower});
  }
  return result;
}

}  // namespace antiphon::fleet::bench
