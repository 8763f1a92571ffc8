#include "broker/session/login_decision.h"

#include "broker/session/read.h"

namespace antiphon {
namespace {

struct Job {
  std::shared_ptr<const Authenticator> authenticator;
  LoginQuestion question;
  ConnectionFacts facts;
  LoginDecided then;

  Verdict answer() const {
    return question.record == nullptr ? authenticator->decide(question.options, facts)
                                      : authenticator->decide_again(*question.record, facts);
  }
};

LoginCost cost_of(const Authenticator& authenticator, const LoginQuestion& question) {
  return question.record == nullptr ? authenticator.cost(question.options)
                                    : authenticator.cost_again(*question.record);
}

void answer_here(Shard&, Session& session, Job job) {
  Verdict verdict = job.answer();
  job.then(session, job.question.options, std::move(verdict));
}

// On another thread, and back to the shard with the verdict.
void answer_elsewhere(Shard& shard, SessionId id, std::shared_ptr<Job> job) {
  auto verdict = std::make_unique<Verdict>(job->answer());
  job->facts = {};  // nobody keeps a certificate longer than it takes
  shard.post([&shard, id, job = std::move(job), verdict = std::move(verdict)] {
    Session* waiting = shard.sessions.find(id);
    if (waiting == nullptr || waiting->is_closing()) return;
    waiting->login_pending = false;
    if (job->authenticator == shard.settings->authenticator) {
      job->then(*waiting, job->question.options, std::move(*verdict));
    } else {  // a reload came between: only the new one's word counts
      decide_login(shard, *waiting, std::move(job->question), std::move(job->then));
    }
    resume_reading(shard, *waiting);
  });
}

}  // namespace

ConnectionFacts facts_for_login(const Shard& shard, const Session& session) {
  ConnectionFacts facts;
  facts.ip = session.peer.ip;
  facts.is_tls = session.tls != nullptr;
  facts.verified_certificate = PeerCertificate(session.transport.verified_certificate());
  if (shard.settings->nonces != nullptr) {
    facts.nonce = shard.settings->nonces->nonce_of(session.client_id);
  }
  facts.wall_ns = shard.wall_ns;
  return facts;
}

void decide_login(Shard& shard, Session& session, LoginQuestion question, LoginDecided then) {
  Job job{shard.settings->authenticator, std::move(question), facts_for_login(shard, session),
          std::move(then)};
  const LoginCost cost = cost_of(*job.authenticator, job.question);
  if (shard.services.slow_work == nullptr || cost == LoginCost::kQuick) {
    return answer_here(shard, session, std::move(job));
  }
  const auto length = cost == LoginCost::kBrief ? WorkPool::Length::kBrief : WorkPool::Length::kLong;
  auto shared = std::make_shared<Job>(std::move(job));
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

}  // namespace antiphon
