#include "fleet/bench/fleet_storm.h"

#include <chrono>
#include <thread>

#include "fleet/bench/event_listener.h"
#include "fleet/bench/server_metrics.h"
#include "fleet/bench/usage_window.h"

namespace antiphon::fleet::bench {
namespace {

constexpr double kNsPerSecond = 1e9;
constexpr double kSettleBeforeSeconds = 0.5;  // as long as a server may take to come up

void rest(double seconds) {
  std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
}

// A fleet that comes up little by little, as it did over the days before the storm.
std::unique_ptr<Emulation> calm_fleet(const Target& target, const StormSettings& settings,
                                      RunResult& result) {
  FleetSettings calm = settings.fleet;
  calm.concurrent_max = FleetSettings{}.concurrent_max;
  calm.timeout_ms = settings.calm_timeout_ms;
  auto fleet = make_fleet(target, calm);
  fleet->start();
  if (!await_connected(*fleet, calm)) result.failure = connection_failure(*fleet);
  return fleet;
}

void add_figures(const Emulation& fleet, const WindowUsage& usage, uint32_t nodes,
                 RunResult& result) {
  const EmulationCounts counts = fleet.counts();
  result.metrics.push_back({"all back after", "s", seconds_to_connect(fleet), Better::kLower});
  result.metrics.push_back({"nodes back", "", static_cast<double>(counts.connected)});
  result.metrics.push_back(
      {"failed dials", "", static_cast<double>(counts.failures.total()), Better::kLower});
  // Why they failed: some are the machine's own, and no server's.
  for (const auto& [why, count] : counts.failures.by_text()) {
    result.metrics.push_back({"failed: " + why, "", static_cast<double>(count), Better::kLower});
  }
  if (!usage.server_cpu_ns) return;
  result.metrics.push_back(
      {"connects a server core", "conn/s",
       static_cast<double>(counts.connected) * kNsPerSecond / *usage.server_cpu_ns,
       Better::kHigher});
  result.metrics.push_back(
      {"server CPU a node", "us", *usage.server_cpu_ns / 1e3 / nodes, Better::kLower});
}

// What a handshake took, and what was spent on those that did not come to an end; a server that
// does not say so has no such figures.
void add_handshakes(const ServerMetrics& before, const ServerMetrics& after, RunResult& result) {
  const auto grown = [&](const char* sample) -> std::optional<double> {
    const auto begin = before.value(sample);
    const auto end = after.value(sample);
    if (!begin || !end) return std::nullopt;
    return *end - *begin;
  };
  const auto useful_s =
      grown(R"(antiphon_tls_handshake_cpu_seconds_total{result="established"})");
  const auto wasted_s = grown(R"(antiphon_tls_handshake_cpu_seconds_total{result="wasted"})");
  const auto established = grown(R"(antiphon_tls_handshakes_total{result="established"})");
  if (!useful_s || !wasted_s || !established || *established == 0) return;
  result.metrics.push_back(
      {"server CPU a handshake", "us", *useful_s * 1e6 / *established, Better::kLower});
  result.metrics.push_back({"handshake CPU spent in vain", "%",
                            100 * *wasted_s / (*useful_s + *wasted_s), Better::kLower});
}

void add_memory(const char* name, const Target& target, RunResult& result) {
  if (target.pid() == 0) return;
  const auto bytes = rss_bytes(target.pid());
  if (bytes) result.metrics.push_back({name, "bytes", static_cast<double>(*bytes), Better::kLower});
}

void add_heard(const char* name, const EventListener& listener, RunResult& result) {
  const EventListener::Heard heard = listener.heard();
  result.metrics.push_back({name, "", static_cast<double>(heard.messages)});
  if (heard.closed && result.failure.empty()) result.failure = "the listener was cut off";
}

}  // namespace

absl::StatusOr<RunResult> run_fleet_storm(const Target& target, const StormSettings& settings) {
  RunResult result;
  rest(kSettleBeforeSeconds);
  add_memory("memory with nobody", target, result);
  const bool is_named = !settings.listener.user.empty();
  auto listener = EventListener::open(
      target.client(), is_named ? settings.listener : target.credentials(), settings.listen_to);
  if (!listener.ok()) return listener.status();
  const bool listens = !settings.listen_to.empty();
  auto before = calm_fleet(target, settings, result);
  if (!result.failure.empty()) return result;
  add_memory("memory before", target, result);
  FleetSettings all_at_once = settings.fleet;
  all_at_once.concurrent_max = 0;
  auto after = make_fleet(target, all_at_once);
  const ServerMetrics metrics_before = ServerMetrics::read(target.monitoring_port());
  before->stop();
  const UsageWindow window(target.pid());
  after->start();
  if (!await_connected(*after, all_at_once)) result.failure = connection_failure(*after);
  const WindowUsage usage = window.so_far();
  usage.describe(result);
  add_figures(*after, usage, settings.fleet.nodes, result);
  add_handshakes(metrics_before, ServerMetrics::read(target.monitoring_port()), result);
  if (listens) add_heard("events when all were back", **listener, result);
  after->stop();
  rest(settings.leave_s);
  add_memory("memory after all left", target, result);
  if (listens) add_heard("events in all", **listener, result);
  return result;
}

}  // namespace antiphon::fleet::bench
