#include "broker/session/permit.h"

namespace antiphon {

const bool* RememberedAnswers::find(std::string_view question) const {
  for (const TextMap<bool>* answers : {&recent_, &older_}) {
    if (const auto found = answers->find(question); found != answers->end()) return &found->second;
  }
  return nullptr;
}

void RememberedAnswers::remember(std::string_view question, bool answer) {
  if (recent_.size() >= kRememberedMax / 2) {
    older_.swap(recent_);
    recent_.clear();
  }
  recent_.insert_or_assign(std::string(question), answer);
}

bool SessionPermissions::rules_allow_publish(std::string_view subject) {
  if (const bool* answer = publish_.find(subject)) return *answer;
  const bool answer = rules_->may_publish(subject);
  publish_.remember(subject, answer);
  return answer;
}

bool SessionPermissions::may_publish(std::string_view subject, SteadyTime now) {
  // A mapping may have made nothing of it, which is not what was published last.
  if (!subject.empty() && subject == last_published_) return true;
  if (rules_allow_publish(subject)) {
    last_published_ = subject;
    return true;
  }
  return tracks_replies() && use_reply(subject, now);
}

bool SessionPermissions::may_deliver(std::string_view subject, std::string_view queue) {
  // A blank is in no subject.
  question_.assign(subject).append(" ").append(queue);
  if (const bool* answer = deliver_.find(question_)) return *answer;
  const bool answer = rules_->may_deliver(subject, queue);
  deliver_.remember(question_, answer);
  return answer;
}

bool SessionPermissions::is_over(const Reply& reply, SteadyTime now) const {
  const ResponseRule& rule = *rules_->responses();
  if (rule.messages_max > 0 && reply.used >= rule.messages_max) return true;
  return rule.expires_ms > 0 && now.ms() - reply.opened_ms > rule.expires_ms;
}

bool SessionPermissions::use_reply(std::string_view subject, SteadyTime now) {
  const auto found = replies_.find(subject);
  if (found == replies_.end()) return false;
  if (is_over(found->second, now)) {
    replies_.erase(found);
    return false;
  }
  ++found->second.used;
  return true;
}

void SessionPermissions::prune_replies(SteadyTime now) {
  while (!openings_.empty()) {
    const auto found = replies_.find(openings_.front().subject);
    const bool current =
        found != replies_.end() && found->second.number == openings_.front().number;
    if (current) {
      if (openings_.size() <= kRepliesMax && !is_over(found->second, now)) return;
      replies_.erase(found);
    }
    openings_.pop_front();
  }
}

void SessionPermissions::open_reply(std::string_view reply, SteadyTime now) {
  if (rules_allow_publish(reply)) return;
  const uint64_t number = ++opened_;
  replies_.insert_or_assign(std::string(reply), Reply{number, now.ms()});
  openings_.push_back({number, std::string(reply)});
  prune_replies(now);
}

bool must_watch(const SessionPermissions& permissions, std::string_view subject,
                std::string_view queue) {
  return permissions.tracks_replies() || permissions.rules().must_filter(subject, queue);
}

}  // namespace antiphon
