#include "broker/session/reload.h"

#include "broker/session/account_limits.h"
#include "broker/session/certificate_trust.h"
#include "broker/session/connect.h"
#include "broker/session/open.h"

namespace antiphon {
namespace {

void judge(Shard& shard, Session& session, const ReloadEffects& effects) {
  if (effects.trust && session.can_receive() && close_if_distrusted(shard, session)) return;
  if (effects.credentials) authenticate_again(shard, session);
  if (!session.is_closing()) close_if_surplus(shard, session);
  if (effects.info && session.knows_async_info && session.first_pong_sent) {
    send_info(shard, session, InfoKind::kUpdate);
  }
}

}  // namespace

std::vector<SessionId> judge_again(Shard& shard, const ReloadEffects& effects) {
  std::vector<SessionId> left;
  shard.sessions.for_each([&](Session& session) {
    if (session.is_closing()) return;
    if (effects.trust && session.can_receive() && needs_check_of_chain(shard, session)) {
      left.push_back(session.id);
    } else {
      judge(shard, session, effects);
    }
  });
  return left;
}

void judge_some(Shard& shard, const ReloadEffects& effects, std::vector<SessionId>& left) {
  for (size_t i = 0; i < TurnLimits::kCheckedChains && !left.empty(); ++i) {
    Session* session = shard.sessions.find(left.back());
    left.pop_back();
    if (session != nullptr && !session->is_closing()) judge(shard, *session, effects);
  }
}

}  // namespace antiphon
