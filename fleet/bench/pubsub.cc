#include "fleet/bench/pubsub.h"

#include "fleet/bench/load_run.h"
#include "fleet/bench/usage_window.h"

namespace antiphon::fleet::bench {
namespace {

constexpr double kBytesPerMegabyte = 1e6;

}  // namespace

absl::StatusOr<RunResult> run_pubsub(const Target& target, const LoadSettings& settings) {
  const std::optional<uint64_t> idle_bytes = rss_bytes(target.pid());
  auto run = LoadRun::open(target, settings);
  if (!run.ok()) return run.status();
  const UsageWindow window(target.pid());
  (*run)->start();
  const LoadOutcome outcome = (*run)->finish();
  const WindowUsage usage = window.so_far();
  RunResult result;
  result.failure = outcome.failure;
  usage.describe(result);
  const auto delivered = static_cast<double>(outcome.counts.messages);
  if (delivered == 0 || outcome.seconds <= 0) return result;
  const double rate = delivered / outcome.seconds;
  result.metrics.push_back({"delivered", "msg/s", rate, Better::kHigher});
  result.metrics.push_back(
      {"payload", "MB/s", rate * settings.payload_bytes / kBytesPerMegabyte, Better::kHigher});
  if (usage.server_cpu_ns) {
    result.metrics.push_back(
        {"server CPU a delivery", "ns", *usage.server_cpu_ns / delivered, Better::kLower});
  }
  if (const auto peak = rss_peak_bytes(target.pid()); peak && target.pid() > 0) {
    result.metrics.push_back(
        {"server peak memory", "bytes", static_cast<double>(*peak), Better::kLower});
    // What the load took; a process of ten megabytes takes those for an empty broker, too.
    if (idle_bytes && *peak > *idle_bytes) {
      result.metrics.push_back({"server memory above idle", "bytes",
                                static_cast<double>(*peak - *idle_bytes), Better::kLower});
    }
  }
  return result;
}

}  // namespace antiphon::fleet::bench
