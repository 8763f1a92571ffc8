// What a node, a subscription, a ping and a connection cost a broker: the measured figures that a
// prediction is made of.
//
// MODEL: CPU costs belong to the speed of a core, and on another core they are scaled by the ratio of the
// two. A core has two speeds, which any machine can measure in an instant: at the arithmetic of
// handshakes, which is most of what a fleet that comes back costs, and at moving messages, which is
// everything else.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace antiphon::fleet::plan {

// What connections are protected with; the name is that of the certificates' keys.
enum class Security : uint8_t { kNone, kRsa, kEcdsa };
inline constexpr std::array<std::string_view, 3> kSecurityNames = {"none", "rsa", "ecdsa"};

constexpr std::string_view name_of(Security security) {
  return kSecurityNames[static_cast<size_t>(security)];
}

struct MachineSpeed {
  double signatures_per_core_s = 0;  // signature_speed.h
  double messages_per_core_s = 0;    // message_speed.h
};

// The same for all connections. Bytes are resident memory of the broker, but for `kernel_...`.
struct GeneralCosts {
  double signatures_per_core_s = 0;  // of the machine on which CPU was measured
  double messages_per_core_s = 0;    // the same
  double subscription_bytes = 0;
  double own_subject_bytes = 0;        // what a subject takes that nobody else subscribes to
  double index_slot_bytes = 0;         // of a session's index over many subscriptions
  double closed_connection_bytes = 0;  // of what is kept for /connz
  double closed_subscription_bytes = 0;
  double kernel_connection_bytes = 0;
  double kernel_packet_bytes = 0;  // above the bytes of a packet that waits in a socket

  bool operator==(const GeneralCosts&) const = default;
};

// Those of one kind of connection.
struct ConnectionCosts {
  double broker_bytes = 0;      // of a broker in use, without what each node takes
  double node_bytes = 0;        // idle, without its subscriptions
  double ping_peak_bytes = 0;   // for each node, above idle
  double storm_peak_bytes = 0;  // for each node, above idle
  double ping_cpu_us = 0;       // for each node, with payloads of the measured sizes
  double byte_cpu_ns = 0;       // for each byte that comes in and goes out
  double ping_wall_factor = 0;  // time until the last answer, by the CPU time it takes
  double connect_signatures = 0;  // the handshake's arithmetic; 0: there is none
  double connect_cpu_us = 0;      // the rest of a connect, login and subscriptions
  // Time until all are connected, by the CPU time it takes: with patient nodes, and in a storm of
  // nodes that give up a dial after two seconds and back off.
  double connect_wall_factor = 0;
  double storm_wall_factor = 0;

  bool operator==(const ConnectionCosts&) const = default;
};

struct CostModel {
  std::string name;
  std::string measured_on;  // a date
  GeneralCosts general;
  // By Security; nothing where nobody has measured.
  std::array<std::optional<ConnectionCosts>, kSecurityNames.size()> connections;

  const std::optional<ConnectionCosts>& of(Security security) const {
    return connections[static_cast<size_t>(security)];
  }
  bool operator==(const CostModel&) const = default;
};

// One figure as files and people name it: the unit is the end of the name.
template <typename Costs>
struct CostField {
  std::string_view name;
  double Costs::*member;
  double min;
  double max;
};

inline constexpr double kCostBytesMax = 1e9;
inline constexpr double kFactorMax = 1000;

inline constexpr std::array<CostField<GeneralCosts>, 9> kGeneralFields = {{
    {"signatures_per_core_s", &GeneralCosts::signatures_per_core_s, 1, 1e6},
    {"messages_per_core_s", &GeneralCosts::messages_per_core_s, 1, 1e9},
    {"subscription_bytes", &GeneralCosts::subscription_bytes, 0, kCostBytesMax},
    {"own_subject_bytes", &GeneralCosts::own_subject_bytes, 0, kCostBytesMax},
    {"index_slot_bytes", &GeneralCosts::index_slot_bytes, 0, kCostBytesMax},
    {"closed_connection_bytes", &GeneralCosts::closed_connection_bytes, 0, kCostBytesMax},
    {"closed_subscription_bytes", &GeneralCosts::closed_subscription_bytes, 0, kCostBytesMax},
    {"kernel_connection_bytes", &GeneralCosts::kernel_connection_bytes, 0, kCostBytesMax},
    {"kernel_packet_bytes", &GeneralCosts::kernel_packet_bytes, 0, kCostBytesMax},
}};

inline constexpr std::array<CostField<ConnectionCosts>, 11> kConnectionFields = {{
    {"broker_bytes", &ConnectionCosts::broker_bytes, 0, kCostBytesMax},
    {"node_bytes", &ConnectionCosts::node_bytes, 0, kCostBytesMax},
    {"ping_peak_bytes", &ConnectionCosts::ping_peak_bytes, 0, kCostBytesMax},
    {"storm_peak_bytes", &ConnectionCosts::storm_peak_bytes, 0, kCostBytesMax},
    {"ping_cpu_us", &ConnectionCosts::ping_cpu_us, 0.001, 1e6},
    {"byte_cpu_ns", &ConnectionCosts::byte_cpu_ns, 0, 1e6},
    {"ping_wall_factor", &ConnectionCosts::ping_wall_factor, 0.01, kFactorMax},
    {"connect_signatures", &ConnectionCosts::connect_signatures, 0, kFactorMax},
    {"connect_cpu_us", &ConnectionCosts::connect_cpu_us, 0.001, 1e6},
    {"connect_wall_factor", &ConnectionCosts::connect_wall_factor, 0.01, kFactorMax},
    {"storm_wall_factor", &ConnectionCosts::storm_wall_factor, 0.01, kFactorMax},
}};

}  // namespace antiphon::fleet::plan
