#include "broker/session/system_events.h"

#include <absl/strings/str_cat.h>

#include <utility>

#include "protocol/bytes/text.h"
#include "protocol/nats/nkey.h"

namespace antiphon {
namespace {

void offer_in(Shard& shard, AccountId account, ClientEvent::Kind kind, SessionFacts facts,
              std::string reason = {}) {
  ClientEvent event;
  event.kind = kind;
  event.shard = shard.id;
  event.account = account;
  event.account_name = shard.account(account).name;
  event.account_tag = shard.settings->account_tag(account);
  event.facts = std::move(facts);
  event.reason = std::move(reason);
  event.wall_ns = shard.wall_ns;
  shard.services.events->client_event(std::move(event));
}

// Of a session that goes on, or has not ended yet.
void offer(Shard& shard, const Session& session, ClientEvent::Kind kind, SessionFacts facts) {
  offer_in(shard, session.account, kind, std::move(facts));
}

SessionFacts facts_now(const Shard& shard, const Session& session, CloseReason reason) {
  SessionFacts facts = facts_of(session, WithSubscriptions::kNo);
  facts.reason = reason;
  if (reason != CloseReason::kNone) facts.stop_ns = shard.wall_ns;
  return facts;
}

// Who a stranger says it is: as nats-server shows it, and never a secret.
std::string claimed_user(const ConnectOptions& options, std::string_view claimed_key) {
  if (!options.nkey.empty()) {  // a seed may stand there by mistake
    Nkey key;
    return decode_nkey(options.nkey, key) == NkeyFault::kNone ? options.nkey : "[REDACTED]";
  }
  if (!options.user.empty()) return options.user;
  if (!claimed_key.empty()) return std::string(claimed_key);
  return options.auth_token.empty() ? "" : "[REDACTED]";
}

}  // namespace

std::string connect_event_subject(std::string_view account) {
  return absl::StrCat("$SYS.ACCOUNT.", to_absl(account), ".CONNECT");
}
std::string disconnect_event_subject(std::string_view account) {
  return absl::StrCat("$SYS.ACCOUNT.", to_absl(account), ".DISCONNECT");
}
std::string connections_event_subject(std::string_view account) {
  return absl::StrCat("$SYS.ACCOUNT.", to_absl(account), ".SERVER.CONNS");
}
std::string old_connections_event_subject(std::string_view account) {
  return absl::StrCat("$SYS.SERVER.ACCOUNT.", to_absl(account), ".CONNS");
}
std::string server_event_subject(std::string_view server_id, std::string_view what) {
  return absl::StrCat("$SYS.SERVER.", to_absl(server_id), ".", to_absl(what));
}

bool is_listened_to(Shard& shard, AccountId account, std::string_view subject) {
  if (!shard.account(account).sublist.match(subject).empty()) return true;
  if (shard.is_alone()) return false;
  const InterestMatch& wanted = shard.interest.match(account, subject);
  return wanted.plain != 0 || !wanted.queues.empty();
}

bool is_listened_to_by_system(Shard& shard, std::string_view subject) {
  const auto& system = shard.settings->system_account_id;
  return system && is_listened_to(shard, *system, subject);
}

void tell_connected(Shard& shard, const Session& session) {
  if (shard.services.events == nullptr) return;
  const std::string& account = shard.account(session.account).name;
  if (!is_listened_to_by_system(shard, connect_event_subject(account))) return;
  offer(shard, session, ClientEvent::Kind::kConnected, facts_now(shard, session, CloseReason::kNone));
}

void tell_disconnected(Shard& shard, const Session& session) {
  if (shard.services.events == nullptr) return;
  const std::string& account = shard.account(session.account).name;
  if (!is_listened_to_by_system(shard, disconnect_event_subject(account))) return;
  offer(shard, session, ClientEvent::Kind::kDisconnected,
        facts_now(shard, session, session.close_reason));
}

void tell_refused(Shard& shard, Session& session, const ConnectOptions* named,
                  const Verdict& verdict) {
  if (shard.services.events == nullptr) return;
  const std::string& account = shard.account(session.account).name;
  const bool by_operators = is_listened_to_by_system(
      shard, server_event_subject(shard.settings->info.server_id, "CLIENT.AUTH.ERR"));
  // Who asked a service for its word hears of what it refused, and in its words.
  const AccountId owners = verdict.refused_by.value_or(session.account);
  const bool by_account = is_listened_to(shard, owners, kRefusedInAccountSubject);
  const bool later = is_listened_to_by_system(shard, disconnect_event_subject(account));
  if (!by_operators && !by_account && !later) return;
  // What a stranger says is kept only where somebody wants to hear it.
  if (session.details == nullptr && named != nullptr) {
    session.details = std::make_unique<ClientDetails>(ClientDetails{
        named->name, named->lang, named->version, claimed_user(*named, verdict.claimed_key), {}});
  }
  const SessionFacts facts = facts_now(shard, session, CloseReason::kAuthenticationFailure);
  if (by_account) {
    offer_in(shard, owners, ClientEvent::Kind::kRefusedInAccount, facts,
             verdict.refused_by ? verdict.reason : std::string());
  }
  if (by_operators) offer(shard, session, ClientEvent::Kind::kRefused, facts);
}

void tell_connections(Shard& shard, AccountId account) {
  // nats-server says nothing of the account of those who need none.
  if (shard.services.events == nullptr || account == kGlobalAccount) return;
  const std::string& name = shard.account(account).name;
  if (is_listened_to_by_system(shard, connections_event_subject(name)) ||
      is_listened_to_by_system(shard, old_connections_event_subject(name))) {
    shard.services.events->connections_changed(account);
  }
}

}  // namespace antiphon
