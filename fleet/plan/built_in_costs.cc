#include "fleet/plan/built_in_costs.h"

#include "protocol/bytes/check.h"

namespace antiphon::fleet::plan {
namespace {

constexpr const char* kName = "built-in";
constexpr const char* kMeasuredOn = "2026-11-26";

constexpr const char* kIdle = "antiphon bench fleet idle --nodes 4500 and 9000, release build";
constexpr const char* kIdleTls = "antiphon bench fleet idle --nodes 4500 and 9000 --tls, release build";
constexpr const char* kSpeed = "antiphon plan, before and after these runs";
constexpr const char* kSlabs = "/proc/slabinfo: 2,000 connections on loopback, half of both ends";
constexpr const char* kWaiting = "ss -tm: payloads that wait on loopback";
constexpr const char* kCollectives = "idle fleet, --agents 7, --collectives 1 and 4";
constexpr const char* kEstimated = "estimated: the plain cost doubled, and rounded up";
constexpr const char* kMeasure = "antiphon plan --measure: 2,000 nodes";
constexpr const char* kPing = "antiphon bench fleet ping --nodes 4500 and 9000, release build";
constexpr const char* kPingTls = "antiphon bench fleet ping --nodes 4500 and 9000 --tls, release build";
constexpr const char* kStorm = "antiphon bench fleet storm --nodes 9000, release build";
constexpr const char* kStormTls =
    "antiphon bench fleet storm --nodes 9000 --tls --node-timeout 2 and 60, release build";

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
      {"general", "signatures_per_core_s", 3000, kSpeed, "2026-11-26"},
      {"general", "messages_per_core_s", 57'000, kSpeed, "2026-11-26"},
      {"general", "subscription_bytes", 90, "idle fleet, --agents 7 and 22", "2026-11-23"},
      {"general", "own_subject_bytes", 175, kCollectives, "2026-11-23"},
      {"general", "index_slot_bytes", 32, "idle fleet, --agents 22 and 40", "2026-11-23"},
      {"general", "closed_connection_bytes", 40, "docs/memory.md: compressed", "2026-11-27"},
      {"general", "closed_subscription_bytes", 4.5, "docs/memory.md: compressed", "2026-11-27"},
      {"general", "kernel_connection_bytes", 3560, kSlabs, "2026-11-23"},
      {"general", "kernel_packet_bytes", 832, kWaiting, "2026-11-23"},
      {"none", "broker_bytes", 19.6e6, kIdle, "2026-11-26"},
      {"none", "node_bytes", 590, kIdle, "2026-11-26"},
      {"none", "ping_peak_bytes", 1400, kMeasure, "2026-11-26"},
      {"none", "storm_peak_bytes", 3020, kMeasure, "2026-11-26"},
      {"none", "ping_cpu_us", 11.7, kPing, "2026-11-26"},
      {"none", "byte_cpu_ns", 0.4, "antiphon bench pubsub --size 16,1024", "2026-11-22"},
      {"none", "ping_wall_factor", 1.25, kPing, "2026-11-26"},
      {"none", "connect_signatures", 0, "there is no handshake", "2026-11-26"},
      {"none", "connect_cpu_us", 70, kStorm, "2026-11-26"},
      {"none", "connect_wall_factor", 1, kStorm, "2026-11-26"},
      {"none", "storm_wall_factor", 1, kStorm, "2026-11-26"},
      {"rsa", "broker_bytes", 19.9e6, kIdleTls, "2026-11-26"},
      {"rsa", "node_bytes", 19'700, kIdleTls, "2026-11-26"},
      {"rsa", "ping_peak_bytes", 600, kMeasure, "2026-11-26"},
      {"rsa", "storm_peak_bytes", 2420, kMeasure, "2026-11-26"},
      {"rsa", "ping_cpu_us", 20, kPingTls, "2026-11-26"},
      {"rsa", "byte_cpu_ns", 1, kEstimated, "2026-11-23"},
      {"rsa", "ping_wall_factor", 1.1, kPingTls, "2026-11-26"},
      {"rsa", "connect_signatures", 2.3, kStormTls, "2026-11-26"},
      {"rsa", "connect_cpu_us", 340, kStormTls, "2026-11-26"},
      {"rsa", "connect_wall_factor", 1.03, kStormTls, "2026-11-26"},
      {"rsa", "storm_wall_factor", 1.26, kStormTls, "2026-11-26"},
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
