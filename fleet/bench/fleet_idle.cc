#include "fleet/bench/fleet_idle.h"

#include <chrono>
#include <thread>

#include "fleet/bench/usage_window.h"

namespace antiphon::fleet::bench {
namespace {

constexpr double kNsPerSecond = 1e9;
constexpr double kSettleBeforeSeconds = 0.5;

void settle(double seconds) {
  std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
}

void add_memory(const Target& target, uint64_t before, uint32_t nodes, RunResult& result) {
  const auto after = rss_bytes(target.pid());
  const auto peak = rss_peak_bytes(target.pid());
  if (!after || !peak) return;
  const double grown = static_cast<double>(*after) - static_cast<double>(before);
  result.metrics.push_back({"memory a node", "bytes", grown / nodes, Better::kLower});
  result.metrics.push_back(
      {"memory of the idle fleet", "bytes", static_cast<double>(*after), Better::kLower});
  result.metrics.push_back(
      {"server peak memory", "bytes", static_cast<double>(*peak), Better::kLower});
}

}  // namespace

absl::StatusOr<RunResult> run_fleet_idle(const Target& target, const FleetSettings& settings,
                                         double settle_s) {
  settle(kSettleBeforeSeconds);
  const auto before = target.pid() > 0 ? rss_bytes(target.pid()) : std::nullopt;
  const auto fleet = make_fleet(target, settings);
  const UsageWindow window(target.pid());
  fleet->start();
  RunResult result;
  if (!await_connected(*fleet, settings)) result.failure = connection_failure(*fleet);
  const WindowUsage usage = window.so_far();
  usage.describe(result);
  settle(settle_s);
  if (before) add_memory(target, *before, settings.nodes, result);
  result.metrics.push_back(
      {"all connected after", "s", seconds_to_connect(*fleet), Better::kLower});
  if (usage.server_cpu_ns) {
    result.metrics.push_back({"connects a server core", "conn/s",
                              settings.nodes * kNsPerSecond / *usage.server_cpu_ns,
                              Better::kHigher});
  }
  const EmulationCounts counts = fleet->counts();
  if (result.failure.empty() && counts.connected != settings.nodes) {
    result.failure = connection_failure(*fleet);
  }
  return result;
}

}  // namespace antiphon::fleet::bench
