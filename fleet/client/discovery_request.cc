#include "fleet/client/discovery_request.h"

#include "broker/runtime/clock.h"
#include "protocol/bytes/text.h"
#include "protocol/choria/subjects.h"

namespace antiphon::fleet {
namespace {

// base64("ping"): the bare word would itself be taken for base64 and decoded.
constexpr std::string_view kPingBody = "cGluZw==";
constexpr int64_t kNsPerSecond = 1'000'000'000;

}  // namespace

std::string federation_subject(const std::string& federation) {
  return choria::is_subject_token(federation) ? "choria.federation." + federation + ".federation"
                                              : "";
}

absl::StatusOr<DiscoveryRequest> make_discovery_request(const Caller& caller,
                                                        const DiscoveryTo& to) {
  choria::Request request;
  request.message = kPingBody;
  request.request_id = new_request_id();
  request.sender_id = caller.sender;
  request.caller_id = caller.caller_id;
  request.collective = to.collective;
  request.agent = choria::kDiscoveryAgent;
  request.time_unix_s = wall_now_ns() / kNsPerSecond;
  request.filter = to.filter;
  DiscoveryRequest made;
  made.request_id = request.request_id;
  made.target = to.node.empty() ? choria::broadcast_subject(to.collective, choria::kDiscoveryAgent)
                                : choria::node_subject(to.collective, to.node);
  made.reply_to = choria::reply_subject(to.collective, request.caller_id, request.request_id);
  if (made.reply_to.empty()) {
    return absl::InvalidArgumentError("\"" + to.collective + "\" is no collective");
  }
  if (made.target.empty()) return absl::InvalidArgumentError("\"" + to.node + "\" is no node");
  RequestRoute route{made.reply_to, to.hops, {}};
  if (to.federated) route.federation = choria::Federation{request.request_id, "", {made.target}};
  absl::StatusOr<std::string> payload = request_payload(caller, request, route);
  if (!payload.ok()) return payload.status();
  made.payload = *std::move(payload);
  return made;
}

}  // namespace antiphon::fleet
