// The fleet to plan for, and what of its size follows from it.
#pragma once

#include <cstdint>
#include <string>

#include "fleet/plan/cost_model.h"

namespace antiphon::fleet::plan {

inline constexpr uint64_t kNodesMax = 10'000'000;
inline constexpr uint64_t kBrokersMax = 1'000;
inline constexpr uint64_t kCoresMax = 1'024;
// What antiphon.handshake_threads may be; 0 is its default.
inline constexpr uint64_t kHandshakeThreadsMax = 64;
// A broker's default max_payload.
inline constexpr uint64_t kPayloadBytesMax = 1024 * 1024;

// Payloads of an unsigned ping and its answer, as `antiphon bench fleet ping` has them with
// --request-bytes 0 and --reply-bytes 0; what the CPU of a ping was measured with.
inline constexpr uint64_t kRequestBytesMeasured = 777;
inline constexpr uint64_t kReplyBytesMeasured = 614;

// The default of max_connections.
inline constexpr uint64_t kConnectionsDefault = 65'536;
// The default of max_closed_clients.
inline constexpr uint64_t kClosedConnectionsDefault = 10'000;
// SOURCE: ClosedSessions::kSubscriptionBytesMax.
inline constexpr uint64_t kClosedSubscriptionBytesMax = 16 << 20;
// For listeners, files and everything else that is not a client.
inline constexpr uint64_t kDescriptorsBeside = 100;

struct FleetShape {
  uint64_t nodes = 0;
  uint64_t agents = 0;
  uint64_t collectives = 0;
  Security security = Security::kRsa;
  uint64_t brokers = 1;
  uint64_t cores = 1;  // of each broker
  uint64_t handshake_threads = 0;  // of each broker; 0: as many as a broker makes by itself
  uint64_t request_bytes = kRequestBytesMeasured;
  uint64_t reply_bytes = kReplyBytesMeasured;

  // Nodes of the broker that has the most.
  uint64_t nodes_per_broker() const { return (nodes + brokers - 1) / brokers; }
  // In each collective one for each agent and one for the node itself: (agents + 1) x collectives.
  // SOURCE: docs/choria.md, and append_subscriptions() of the emulator.
  uint64_t subscriptions_per_node() const { return (agents + 1) * collectives; }
  // Subjects that all nodes subscribe to.
  uint64_t shared_subjects() const { return agents * collectives; }
  uint64_t descriptors_per_broker() const { return nodes_per_broker() + kDescriptorsBeside; }
};

// Empty when there is such a fleet; else what is wrong with it.
std::string shape_error(const FleetShape& shape);

}  // namespace antiphon::fleet::plan
