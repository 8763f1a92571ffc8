// A login that an auth callout service decides: the question, the wait, and what ends it.
//
// MODEL: the authenticator makes a question (Verdict::callout); it is published in the service's account
// and the client is not read until it is decided. The answer comes in on any shard (callout_table.h) and
// is posted to this one. The client waits as long as it might have taken to authenticate, from the
// question on, and is then refused; where nobody listens, at once. A user of an account that is full is
// refused without a question. One that goes meanwhile leaves nothing.
// SHARD: home, but for takes_callout_answer(), which is the answering session's.
#pragma once

#include <memory>
#include <string>

#include "broker/auth/callout_exchange.h"
#include "broker/session/login_decision.h"
#include "protocol/nats/frame.h"

namespace antiphon {

struct WaitingLogin {
  LoginJob job;
  std::string reply;
  uint64_t number = 0;  // of the shard's questions
};

void ask_service(Shard& shard, Session& session, LoginJob job,
                 std::unique_ptr<CalloutQuestion> question);

// The time of session.auth_deadline_ms is over.
void service_was_late(Shard& shard, Session& session);
// The session ends. No-op unless it waits.
void forget_callout(Shard& shard, Session& session);

// Takes what was published to a subject that is the server's own to read; false when it is not that, or
// the session may not publish there.
bool takes_callout_answer(Shard& shard, Session& session, const ClientFrame& frame);

}  // namespace antiphon
