#include "fleet/bench/usage_window.h"

namespace antiphon::fleet::bench {
namespace {

constexpr double kNsPerSecond = 1e9;
constexpr double kPercent = 100;

std::optional<int64_t> server_cpu(pid_t server) {
  return server > 0 ? cpu_ns(server) : std::nullopt;
}

}  // namespace

void WindowUsage::add(const WindowUsage& other) {
  seconds += other.seconds;
  generator_cpu_ns += other.generator_cpu_ns;
  if (other.server_cpu_ns) server_cpu_ns = server_cpu_ns.value_or(0) + *other.server_cpu_ns;
}

void WindowUsage::describe(RunResult& result) const {
  if (seconds <= 0) return;
  result.generator_percent = generator_cpu_ns / kNsPerSecond / seconds * kPercent;
  if (server_cpu_ns) result.server_percent = *server_cpu_ns / kNsPerSecond / seconds * kPercent;
}

UsageWindow::UsageWindow(pid_t server)
    : server_(server),
      begin_(steady_now()),
      generator_begin_ns_(own_cpu_ns()),
      server_begin_ns_(server_cpu(server)) {}

WindowUsage UsageWindow::so_far() const {
  WindowUsage usage;
  usage.seconds = static_cast<double>(steady_now().ns - begin_.ns) / kNsPerSecond;
  usage.generator_cpu_ns = static_cast<double>(own_cpu_ns() - generator_begin_ns_);
  const std::optional<int64_t> now = server_cpu(server_);
  if (now && server_begin_ns_) usage.server_cpu_ns = static_cast<double>(*now - *server_begin_ns_);
  return usage;
}

}  // namespace antiphon::fleet::bench
