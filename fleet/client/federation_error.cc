#include "fleet/client/federation_error.h"

#include "protocol/choria/reply.h"
#include "protocol/choria/reply_v2.h"
#include "protocol/choria/rpc.h"
#include "protocol/choria/secure.h"
#include "protocol/choria/subjects.h"

namespace antiphon::fleet {
namespace {

struct Answer {
  std::string agent;
  std::string body;
};

std::optional<Answer> answer_v1(const choria::Transport& transport) {
  choria::SecureReply secure;
  choria::Reply reply;
  if (choria::parse_secure_reply(transport.data, secure)) return std::nullopt;
  if (choria::parse_reply(secure.message, reply)) return std::nullopt;
  return Answer{std::move(reply.agent), std::move(reply.message)};
}

std::optional<Answer> answer_v2(const choria::Transport& transport) {
  choria::ReplyV2 reply;
  if (choria::parse_secure_reply_v2(transport.data, reply)) return std::nullopt;
  return Answer{std::move(reply.agent), std::move(reply.message)};
}

}  // namespace

std::optional<std::string> federation_error(const choria::Transport& reply) {
  const std::optional<Answer> answer =
      reply.version == choria::TransportVersion::kV1 ? answer_v1(reply) : answer_v2(reply);
  if (!answer || answer->agent != choria::kFederationAgent) return std::nullopt;
  choria::RpcReply error;
  if (choria::parse_rpc_reply(answer->body, error)) return std::nullopt;
  if (error.status == choria::RpcStatus::kOk) return std::nullopt;
  return std::move(error.status_text);
}

}  // namespace antiphon::fleet
