#include "fleet/plan/built_in_costs.h"

#include "protocol/bytes/check.h"

namespace antiphon::fleet::plan {
namespace {

constexpr const char* kName = "built-in";
constexpr const char* kMeasuredOn = "2026-11-23";

constexpr const char* kIdleTls = "antiphon bench fleet idle --nodes 2000 --tls, release build";
// The published CPU of pings came without the speed of its moment.
constexpr const char* kSpeed = "chosen: fits the CPU of pings at the 660 to 1,480 seen that day";
constexpr const char* kLikeStorm = "assumed: as in a storm of plain connections";
constexpr const char* kSlabs = "/proc/slabinfo: 2,000 connections on loopback, half of both ends";
constexpr const char* kWaiting = "ss -tm: payloads that wait on loopback";
constexpr const char* kCollectives = "idle fleet, --agents 7, --collectives 1 and 4";
constexpr const char* kEstimated = "estimated: the plain cost doubled, and rounded up";
constexpr const char* kPing = "antiphon bench fleet ping --nodes 2000, release build";
constexpr const char* kPingTls = "antiphon bench fleet ping --nodes 2000 --tls, release build";
constexpr const char* kStorm = "antiphon bench fleet storm --nodes 2000, release build";
constexpr const char* kStormTls = "antiphon bench fleet storm --nodes 2000 --tls, release build";

template <typename Fields, typename Costs>
bool set_field(const Fields& fields, const BuiltInCost& cost, Costs& costs) {
  for (const auto& field : fields) {
    if (field.name != cost.name) continue;
    costs.*field.member = cost.value;
    return true;
  }
  return false;
}

bool set_cost(const BuiltInCost& cost, CostModel& model) {
  if (cost.section == "general") return set_field(kGeneralFields, cost, model.general);
  for (size_t i = 0; i < kSecurityNames.size(); ++i) {
    if (cost.section != kSecurityNames[i]) continue;
    auto& costs = model.connections[i];
    return set_field(kConnectionFields, cost, costs ? *costs : costs.emplace());
  }
  return false;
}

}  // namespace

const std::vector<BuiltInCost>& built_in_costs() {
  // clang-format off
  static const std::vector<BuiltInCost> kCosts = {
      {"general", "signatures_per_core_s", 1000, kSpeed, "2026-11-23"},
      {"general", "subscription_bytes", 90, "idle fleet, --agents 7 and 22", "2026-11-23"},
      {"general", "own_subject_bytes", 175, kCollectives, "2026-11-23"},
      {"general", "index_slot_bytes", 32, "idle fleet, --agents 22 and 40", "2026-11-23"},
      {"general", "closed_connection_bytes", 376, "docs/memory.md", "2026-11-22"},
      {"general", "closed_subscription_bytes", 170, "docs/memory.md", "2026-11-22"},
      {"general", "kernel_connection_bytes", 3560, kSlabs, "2026-11-23"},
      {"general", "kernel_packet_bytes", 832, kWaiting, "2026-11-23"},
      {"none", "broker_bytes", 17.0e6, "idle fleet, --nodes 1000 and 4000", "2026-11-23"},
      {"none", "node_bytes", 680, "idle fleet, --nodes 1000 and 4000", "2026-11-23"},
      {"none", "ping_peak_bytes", 1500, kPing, "2026-11-23"},
      {"none", "storm_peak_bytes", 1700, kStorm, "2026-11-23"},
      {"none", "ping_cpu_us", 13.1, kPing, "2026-11-22"},
      {"none", "byte_cpu_ns", 0.4, "antiphon bench pubsub --size 16,1024", "2026-11-22"},
      {"none", "ping_wall_factor", 1.18, kPing, "2026-11-22"},
      {"none", "connect_signatures", 0.058, kStorm, "2026-11-23"},
      {"none", "connect_wall_factor", 1.2, kLikeStorm, "2026-11-23"},
      {"none", "storm_wall_factor", 1.2, kStorm, "2026-11-23"},
      {"rsa", "broker_bytes", 18.9e6, "idle fleet, --tls, --nodes 1000 and 2000", "2026-11-23"},
      {"rsa", "node_bytes", 20'700, "idle fleet, --tls, --nodes 1000 and 2000", "2026-11-23"},
      {"rsa", "ping_peak_bytes", 2100, kPingTls, "2026-11-23"},
      {"rsa", "storm_peak_bytes", 2900, kStormTls, "2026-11-23"},
      {"rsa", "ping_cpu_us", 29.0, kPingTls, "2026-11-22"},
      {"rsa", "byte_cpu_ns", 1, kEstimated, "2026-11-23"},
      {"rsa", "ping_wall_factor", 1.14, kPingTls, "2026-11-22"},
      {"rsa", "connect_signatures", 2.45, kIdleTls, "2026-11-23"},
      {"rsa", "connect_wall_factor", 1.18, kIdleTls, "2026-11-23"},
      {"rsa", "storm_wall_factor", 1.8, kStormTls, "2026-11-23"},
  };
  // clang-format on
  return kCosts;
}

CostModel built_in_model() {
  CostModel model;
  model.name = kName;
  model.measured_on = kMeasuredOn;
  for (const BuiltInCost& cost : built_in_costs()) AP_CHECK(set_cost(cost, model));
  return model;
}

}  // namespace antiphon::fleet::plan
