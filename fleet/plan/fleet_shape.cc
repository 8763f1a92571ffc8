#include "fleet/plan/fleet_shape.h"

#include <absl/strings/str_cat.h>

#include "fleet/emulator/fleet_profile.h"

namespace antiphon::fleet::plan {
namespace {

struct Range {
  const char* what;
  uint64_t value;
  uint64_t max;
};

}  // namespace

std::string shape_error(const FleetShape& shape) {
  const Range ranges[] = {{"nodes", shape.nodes, kNodesMax},
                          {"agents", shape.agents, kAgentsMax},
                          {"collectives", shape.collectives, kCollectivesMax},
                          {"brokers", shape.brokers, kBrokersMax},
                          {"cores", shape.cores, kCoresMax},
                          {"request-bytes", shape.request_bytes, kPayloadBytesMax},
                          {"reply-bytes", shape.reply_bytes, kPayloadBytesMax}};
  for (const Range& range : ranges) {
    if (range.value > 0 && range.value <= range.max) continue;
    return absl::StrCat("--", range.what, " must be 1 to ", range.max, ", not ", range.value);
  }
  if (shape.handshake_threads > kHandshakeThreadsMax) {
    return absl::StrCat("--handshake-threads must be 1 to ", kHandshakeThreadsMax, ", not ",
                        shape.handshake_threads);
  }
  if (shape.brokers > shape.nodes) {
    return absl::StrCat(shape.brokers, " brokers for ", shape.nodes, " nodes: some had none");
  }
  return {};
}

}  // namespace antiphon::fleet::plan
