#include "federation/envelope/error_reply.h"

#include "protocol/bytes/check.h"
#include "protocol/choria/reply.h"
#include "protocol/choria/reply_v2.h"
#include "protocol/choria/rpc.h"
#include "protocol/choria/secure.h"
#include "protocol/choria/subjects.h"
#include "protocol/choria/transport.h"

namespace antiphon::federation {
namespace {

constexpr std::string_view kDiscoverySubject = ".broadcast.agent.discovery";
constexpr int64_t kNsPerSecond = 1'000'000'000;

std::string version_1(std::string body, std::string_view request_id, std::string_view identity,
                      int64_t now_unix_ns) {
  std::string reply;
  choria::append_reply({std::move(body), std::string(request_id), std::string(identity),
                        std::string(choria::kFederationAgent), now_unix_ns / kNsPerSecond},
                       reply);
  choria::Transport transport;
  choria::append_secure_reply(choria::seal_reply(std::move(reply)), transport.data);
  transport.sender = identity;
  std::string out;
  choria::append_transport(transport, out);
  return out;
}

std::string version_2(std::string body, std::string_view request_id, std::string_view identity,
                      int64_t now_unix_ns) {
  choria::Transport transport;
  transport.version = TransportVersion::kV2;
  choria::append_secure_reply_v2({std::move(body), std::string(request_id), std::string(identity),
                                  std::string(choria::kFederationAgent), now_unix_ns},
                                 transport.data);
  transport.sender = identity;
  std::string out;
  choria::append_transport(transport, out);
  return out;
}

}  // namespace

std::string error_reply(TransportVersion version, std::string_view request_id,
                        std::string_view identity, std::string_view text, int64_t now_unix_ns) {
  std::string body;
  const bool written = choria::append_rpc_reply(
      {"", choria::RpcStatus::kUnknownError, std::string(text), "{}"}, body);
  AP_CHECK(written);
  return version == TransportVersion::kV1
             ? version_1(std::move(body), request_id, identity, now_unix_ns)
             : version_2(std::move(body), request_id, identity, now_unix_ns);
}

bool may_have_error_reply(const TransportView& request) {
  if (request.reply_to.empty()) return false;
  for (const std::string_view target : request.targets) {
    if (target.ends_with(kDiscoverySubject)) return false;
  }
  return true;
}

}  // namespace antiphon::federation
