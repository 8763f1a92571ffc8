#include "broker/session/certificate_trust.h"

#include <algorithm>

#include "broker/auth/certificate_names.h"
#include "broker/session/close.h"
#include "broker/session/login_decision.h"
#include "broker/session/session_log.h"
#include "protocol/nats/error_text.h"

namespace antiphon {
namespace {

bool is_vouched_for(const Shard& shard, const Session& session) {
  const auto& context = shard.settings->tls;
  return context == nullptr || session.transport.is_believed_by(*context);
}

bool has_pinned_key(const Shard& shard, const Session& session) {
  const auto& pinned = shard.settings->pinned_keys;
  if (pinned.empty() || session.tls == nullptr) return true;
  const PeerCertificate certificate(session.transport.verified_certificate());
  return std::binary_search(pinned.begin(), pinned.end(), key_hash_of(certificate));
}

// Clients know the text, and come back after it; perhaps with another certificate.
void close_for_authority(Shard& shard, Session& session) {
  constexpr std::string_view kReason = "no authority vouches for its certificate any more";
  log_error(shard, session, kReason);
  if (session.state == SessionState::kOpen) {
    tell_login_ended(shard, session, session.login.get(), LoginEvent::kReload, kReason);
  }
  if (session.can_receive()) {
    return close_with_error(shard, session, error_text::kUserAuthenticationRevoked,
                            CloseReason::kAuthorityRemoved);
  }
  close_session(shard, session, CloseReason::kAuthorityRemoved);
}

}  // namespace

bool needs_check_of_chain(const Shard& shard, const Session& session) {
  const auto& context = shard.settings->tls;
  return context != nullptr && !session.transport.is_known_to(*context);
}

bool close_if_distrusted(Shard& shard, Session& session) {
  if (!is_vouched_for(shard, session)) {
    close_for_authority(shard, session);
    return true;
  }
  if (has_pinned_key(shard, session)) return false;
  log_error(shard, session, "certificate not pinned");
  close_session(shard, session, CloseReason::kTlsHandshakeFailure);
  return true;
}

}  // namespace antiphon
