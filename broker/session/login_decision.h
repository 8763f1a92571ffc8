// Asks the authenticator about one session, on another thread when the answer takes long; and whom the
// authenticator wants to be asked (callout.h).
//
// WHY: a password hash takes tens of milliseconds and a signature a tenth of one; a fleet that comes
// back must not delay those who are connected. Nothing is read from the client meanwhile.
// SHARD: home.
#pragma once

#include <memory>

#include <absl/functional/any_invocable.h>

#include "broker/session/shard.h"

namespace antiphon {

struct LoginQuestion {
  ConnectOptions options;
  std::unique_ptr<LoginRecord> record;  // not null: somebody who was let in before
  LoginEvent event = LoginEvent::kLogin;
};

// What the authenticator may know of the session's connection.
ConnectionFacts facts_for_login(const Shard& shard, const Session& session, LoginEvent event);

// Tells the authenticator that somebody with this record, perhaps null, goes.
void tell_login_ended(const Shard& shard, const Session& session, const LoginRecord* record,
                      LoginEvent event, std::string_view reason);

// Runs on the shard when it is decided.
using LoginDecided = absl::AnyInvocable<void(Session&, const ConnectOptions&, Verdict)>;

// A login that is not decided yet. Asking it (answer()) is for any thread.
struct LoginJob {
  std::shared_ptr<const Authenticator> authenticator;
  LoginQuestion question;
  ConnectionFacts facts;
  LoginDecided then;
  std::unique_ptr<CalloutQuestion> called_out;  // what a service was asked; null: none was
  std::string service_answer;

  Verdict answer() const;
};

// `then` runs on the shard, at once or later, unless the session has gone meanwhile. When too many
// wait for a long answer already, the verdict is a refusal: who comes back later has a chance, and
// nobody stays unjudged.
void decide_login(Shard& shard, Session& session, LoginQuestion question, LoginDecided then);

// A service has answered: the same with its answer.
void decide_called_out(Shard& shard, Session& session, LoginJob job);

}  // namespace antiphon
