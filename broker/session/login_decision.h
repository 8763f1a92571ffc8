// Asks the authenticator about one session, on another thread when the answer takes long.
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
};

// What the authenticator may know of the session's connection.
ConnectionFacts facts_for_login(const Shard& shard, const Session& session);

// `then` runs on the shard, at once or later, unless the session has gone meanwhile. When too many
// wait for a long answer already, the verdict is a refusal: who comes back later has a chance, and
// nobody stays unjudged.
using LoginDecided = absl::AnyInvocable<void(Session&, const ConnectOptions&, Verdict)>;
void decide_login(Shard& shard, Session& session, LoginQuestion question, LoginDecided then);

}  // namespace antiphon
