#include "broker/session/callout.h"

#include <openssl/crypto.h>

#include <utility>

#include "broker/session/account_limits.h"
#include "broker/session/callout_table.h"
#include "broker/session/flush.h"
#include "broker/session/liveness.h"
#include "broker/session/read.h"
#include "broker/session/route.h"
#include "protocol/nats/error_text.h"

namespace antiphon {
namespace {

// The login as it was before it began to wait; null when the session waits for nothing.
std::unique_ptr<WaitingLogin> stop_waiting(Shard& shard, Session& session) {
  if (!session.callout_pending) return nullptr;
  session.callout_pending = false;
  session.login_pending = false;
  session.auth_deadline_ms = 0;
  auto found = shard.waiting_logins.extract(session.id.packed());
  return found.empty() ? nullptr : std::move(found.mapped());
}

void decide_with_answer(Shard& shard, SessionId id, uint64_t number, std::string answer) {
  Session* session = shard.sessions.find(id);
  if (session == nullptr || session->is_closing() || !session->callout_pending) return;
  if (shard.waiting_logins.at(id.packed())->number != number) return;
  LoginJob job = std::move(stop_waiting(shard, *session)->job);
  if (job.authenticator == shard.settings->authenticator) {
    job.service_answer = std::move(answer);
    decide_called_out(shard, *session, std::move(job));
  } else {  // a reload came between: what was asked may not be what has to be asked now
    decide_login(shard, *session, std::move(job.question), std::move(job.then));
  }
  resume_reading(shard, *session);
}

// Whether anybody is there to read it.
bool publish_question(Shard& shard, const CalloutQuestion& question, std::string_view reply) {
  ClientFrame frame;
  frame.verb = question.header_bytes == 0 ? Verb::kPub : Verb::kHpub;
  frame.subject = kCalloutSubject;
  frame.reply = reply;
  frame.payload = question.payload;
  frame.header_bytes = question.header_bytes;
  std::string line;
  Message message = message_of(frame, line);
  message.from_service = true;  // to nobody's imported stream
  ShardMask relayed_to = 0;
  return route_message(shard, shard.account(question.account), nullptr, message, 0, relayed_to);
}

}  // namespace

void ask_service(Shard& shard, Session& session, LoginJob job,
                 std::unique_ptr<CalloutQuestion> question) {
  const auto refuse = [&](const char* why) {
    Verdict verdict = refused(why);
    verdict.refused_by = question->account;
    job.then(session, job.question.options, std::move(verdict));
  };
  // Whatever the service said, it could not come in.
  if (question->known_as && is_full(shard, session, question->known_as->account)) {
    Verdict verdict = refused(std::string(error_text::kMaximumAccountConnections));
    verdict.refusal = Refusal::kAccountFull;
    verdict.grant = *std::move(question->known_as);
    return job.then(session, job.question.options, std::move(verdict));
  }
  question->known_as.reset();
  CalloutTable* table = shard.services.callouts;
  if (table == nullptr) return refuse("no auth callout service can be asked");
  const uint64_t number = ++shard.last_callout;
  const auto reply = table->add(
      question->account, [&shard, id = session.id, number](std::string answer) {
        shard.post([&shard, id, number, answer = std::move(answer)]() mutable {
          decide_with_answer(shard, id, number, std::move(answer));
        });
      });
  if (!reply) {
    ++shard.counters.callouts_refused;
    return refuse("too many clients wait for the auth callout service");
  }
  if (!publish_question(shard, *question, *reply)) {
    table->forget(*reply);
    ++shard.counters.callouts_unheard;
    return refuse("nobody serves auth callouts");
  }
  ++shard.counters.callouts_asked;
  // Its secrets are not needed any more.
  ::OPENSSL_cleanse(question->payload.data(), question->payload.size());
  std::string().swap(question->payload);
  job.facts = {};
  job.called_out = std::move(question);
  shard.waiting_logins[session.id.packed()] =
      std::make_unique<WaitingLogin>(WaitingLogin{std::move(job), *reply, number});
  ++session.pauses;
  session.login_pending = true;
  session.callout_pending = true;
  session.auth_deadline_ms = shard.now.ms() + shard.settings->auth_timeout_ms;
  schedule(shard, session, session.auth_deadline_ms);
}

void service_was_late(Shard& shard, Session& session) {
  const auto waiting = stop_waiting(shard, session);
  if (waiting == nullptr) return;
  shard.services.callouts->forget(waiting->reply);
  ++shard.counters.callouts_expired;
  Verdict verdict = refused("the auth callout service did not answer in time");
  verdict.refused_by = waiting->job.called_out->account;
  waiting->job.then(session, waiting->job.question.options, std::move(verdict));
  resume_reading(shard, session);
}

void forget_callout(Shard& shard, Session& session) {
  const auto waiting = stop_waiting(shard, session);
  if (waiting != nullptr) shard.services.callouts->forget(waiting->reply);
}

bool takes_callout_answer(Shard& shard, Session& session, const ClientFrame& frame) {
  CalloutTable* table = shard.services.callouts;
  if (table == nullptr || !table->is_reply(frame.subject)) return false;
  if (session.has_permissions && !session.permissions->may_publish(frame.subject, shard.now)) {
    return false;
  }
  ++session.received.messages;
  session.received.bytes += frame.payload.size();
  ++shard.counters.received.messages;
  shard.counters.received.bytes += frame.payload.size();
  if (session.verbose) queue_text(shard, session, "+OK\r\n");
  table->answer(session.account, frame.subject, frame.payload.substr(frame.header_bytes));
  return true;
}

}  // namespace antiphon
