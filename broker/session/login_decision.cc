#include "broker/session/login_decision.h"

#include "broker/net/tls_context.h"
#include "broker/session/callout.h"
#include "broker/session/read.h"

namespace antiphon {
namespace {

LoginCost cost_of(const LoginJob& job) {
  if (job.called_out != nullptr) return LoginCost::kBrief;  // signatures
  return job.question.record == nullptr ? job.authenticator->cost(job.question.options)
                                        : job.authenticator->cost_again(*job.question.record);
}

void take_verdict(Shard& shard, Session& session, LoginJob job, Verdict verdict) {
  if (verdict.refusal == Refusal::kNotPinned) ++shard.counters.accounts_not_pinned;
  if (verdict.callout != nullptr) {
    return ask_service(shard, session, std::move(job), std::move(verdict.callout));
  }
  if (!verdict.allowed && job.called_out != nullptr) verdict.refused_by = job.called_out->account;
  job.then(session, job.question.options, std::move(verdict));
}

void answer_here(Shard& shard, Session& session, LoginJob job) {
  Verdict verdict = job.answer();
  take_verdict(shard, session, std::move(job), std::move(verdict));
}

// On another thread, and back to the shard with the verdict.
void answer_elsewhere(Shard& shard, SessionId id, std::shared_ptr<LoginJob> job) {
  auto verdict = std::make_unique<Verdict>(job->answer());
  job->facts = {};  // nobody keeps a certificate longer than it takes
  shard.post([&shard, id, job = std::move(job), verdict = std::move(verdict)] {
    Session* waiting = shard.sessions.find(id);
    if (waiting == nullptr || waiting->is_closing()) return;
    waiting->login_pending = false;
    if (job->authenticator == shard.settings->authenticator) {
      take_verdict(shard, *waiting, std::move(*job), std::move(*verdict));
    } else {  // a reload came between: only the new one's word counts
      decide_login(shard, *waiting, std::move(job->question), std::move(job->then));
    }
    resume_reading(shard, *waiting);
  });
}

void decide(Shard& shard, Session& session, LoginJob job) {
  const LoginCost cost = cost_of(job);
  if (shard.services.slow_work == nullptr || cost == LoginCost::kQuick) {
    return answer_here(shard, session, std::move(job));
  }
  const auto length = cost == LoginCost::kBrief ? WorkPool::Length::kBrief : WorkPool::Length::kLong;
  auto shared = std::make_shared<LoginJob>(std::move(job));
  const bool taken = shard.services.slow_work->submit(
      [&shard, id = session.id, shared] { answer_elsewhere(shard, id, shared); }, length);
  if (taken) {
    ++session.pauses;
    session.login_pending = true;
  } else if (cost == LoginCost::kBrief) {
    // A crowd: it is slowed down by the shard that serves it, and nobody is sent away.
    answer_here(shard, session, std::move(*shared));
  } else {
    shared->then(session, shared->question.options, refused("too many logins wait for an answer"));
  }
}

// For who asks a service: the chain is looked for on the thread that does, and only then.
std::function<std::vector<PeerCertificate>()> chain_for_service(const Shard& shard, const Session& session,
                                                                const PeerCertificate& own) {
  if (!own || shard.settings->tls == nullptr) return nullptr;
  std::vector<PeerCertificate> beside;
  for (X509* one : session.transport.shown_beside()) beside.emplace_back(one);
  return [context = shard.settings->tls, own, beside = std::move(beside)] {
    std::vector<X509*> shown;
    for (const PeerCertificate& one : beside) shown.push_back(one.get());
    std::vector<PeerCertificate> chain;
    for (const X509Ptr& one : context->chain_of(own.get(), shown)) chain.emplace_back(one.get());
    // A ticket brings no more than the certificate itself.
    if (chain.empty()) chain.push_back(own);
    return chain;
  };
}

}  // namespace

Verdict LoginJob::answer() const {
  if (called_out != nullptr) {
    return authenticator->decide_called_out(*called_out, service_answer, facts);
  }
  return question.record == nullptr ? authenticator->decide(question.options, facts)
                                    : authenticator->decide_again(*question.record, facts);
}

ConnectionFacts facts_for_login(const Shard& shard, const Session& session, LoginEvent event) {
  ConnectionFacts facts;
  facts.event = event;
  facts.ip = session.peer.ip;
  facts.is_tls = session.tls != nullptr;
  facts.verified_certificate = PeerCertificate(session.transport.verified_certificate());
  if (shard.settings->nonces != nullptr) {
    facts.nonce = shard.settings->nonces->nonce_of(session.client_id);
  }
  facts.wall_ns = shard.wall_ns;
  facts.client_id = session.client_id.value;
  facts.port = session.peer.port;
  if (!shard.settings->authenticator->calls_out()) return facts;
  facts.host = session.peer.ip_text();
  if (session.tls != nullptr) {
    facts.tls_version = session.tls->version;
    facts.tls_cipher = session.tls->cipher;
    facts.verified_chain = chain_for_service(shard, session, facts.verified_certificate);
  }
  return facts;
}

void decide_login(Shard& shard, Session& session, LoginQuestion question, LoginDecided then) {
  if (session.in_process) {  // whoever could forge this is the server itself
    Verdict verdict;
    verdict.allowed = true;
    verdict.grant = shard.settings->in_process;
    return then(session, question.options, std::move(verdict));
  }
  ConnectionFacts facts = facts_for_login(shard, session, question.event);
  decide(shard, session, {shard.settings->authenticator, std::move(question), std::move(facts),
                          std::move(then), nullptr, {}});
}

void tell_login_ended(const Shard& shard, const Session& session, const LoginRecord* record,
                      LoginEvent event, std::string_view reason) {
  if (session.in_process) return;
  shard.settings->authenticator->tell_end(record, facts_for_login(shard, session, event), reason);
}

void decide_called_out(Shard& shard, Session& session, LoginJob job) {
  job.facts = facts_for_login(shard, session, job.question.event);
  decide(shard, session, std::move(job));
}

}  // namespace antiphon
