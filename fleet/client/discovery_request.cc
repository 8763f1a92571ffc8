#include "fleet/client/discovery_request.h"

#include "broker/runtime/clock.h"
#include "protocol/bytes/base64.h"
#include "protocol/bytes/text.h"
#include "protocol/choria/ksuid.h"
#include "protocol/choria/subjects.h"

namespace antiphon::fleet {
namespace {

// base64("ping"): the bare word would itself be taken for base64 and decoded.
constexpr std::string_view kPingBody = "cGluZw==";
constexpr int64_t kNsPerSecond = 1'000'000'000;

absl::StatusOr<std::string> payload_v1(const Caller& caller, const DiscoveryTo& to,
                                       const std::string& id, const RequestRoute& route) {
  choria::Request request;
  request.message = kPingBody;
  request.request_id = id;
  request.sender_id = caller.sender;
  request.caller_id = caller.caller_id;
  request.collective = to.collective;
  request.agent = choria::kDiscoveryAgent;
  request.time_unix_s = wall_now_ns() / kNsPerSecond;
  request.filter = to.filter;
  return request_payload(caller, request, route);
}

std::string payload_v2(const Caller& caller, const DiscoveryTo& to, const std::string& id,
                       const RequestRoute& route) {
  choria::RequestV2 request;
  request.message = base64(kPingBody);
  request.id = id;
  request.sender = caller.sender;
  request.caller = caller.caller_id;
  request.collective = to.collective;
  request.agent = choria::kDiscoveryAgent;
  request.time_unix_ns = wall_now_ns();
  request.filter = to.filter;
  return request_payload(caller, request, route);
}

}  // namespace

std::string federation_subject(const std::string& federation) {
  return choria::is_subject_token(federation) ? "choria.federation." + federation + ".federation"
                                              : "";
}

absl::StatusOr<DiscoveryRequest> make_discovery_request(const Caller& caller,
                                                        const DiscoveryTo& to) {
  DiscoveryRequest made;
  if (caller.has_token()) {
    const std::optional<std::string> id = choria::make_random_ksuid(wall_now_ns() / kNsPerSecond);
    if (!id) return absl::InternalError("the clock is not within the years of request ids");
    made.request_id = *id;
  } else {
    made.request_id = new_request_id();
  }
  made.target = to.node.empty() ? choria::broadcast_subject(to.collective, choria::kDiscoveryAgent)
                                : choria::node_subject(to.collective, to.node);
  made.reply_to = choria::reply_subject(to.collective, caller.caller_id, made.request_id);
  if (made.reply_to.empty()) {
    return absl::InvalidArgumentError("\"" + to.collective + "\" is no collective");
  }
  if (made.target.empty()) return absl::InvalidArgumentError("\"" + to.node + "\" is no node");
  RequestRoute route{made.reply_to, to.hops, {}};
  if (to.federated) route.federation = choria::Federation{made.request_id, "", {made.target}};
  absl::StatusOr<std::string> payload =
      caller.has_token() ? payload_v2(caller, to, made.request_id, route)
                         : payload_v1(caller, to, made.request_id, route);
  if (!payload.ok()) return payload.status();
  made.payload = *std::move(payload);
  return made;
}

}  // namespace antiphon::fleet
