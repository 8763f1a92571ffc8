#include "broker/auth/permissions.h"

#include <algorithm>

#include "protocol/subject/subject.h"

namespace antiphon {
namespace {

bool queue_matches(std::string_view rule, std::string_view queue) {
  return rule == queue || (has_wildcard(rule) && subject_matches(rule, queue));
}

bool any_queue_matches(const absl::InlinedVector<std::string_view, 4>& rules,
                       std::string_view queue) {
  return std::any_of(rules.begin(), rules.end(),
                     [&](std::string_view rule) { return queue_matches(rule, queue); });
}

}  // namespace

Permissions::Rules::Rules(const std::vector<SubjectRule>& rules) {
  for (const SubjectRule& rule : rules) {
    if (has_wildcard(rule.subject)) {
      wildcard_.push_back(rule);
    } else {
      literal_[rule.subject].push_back(rule.queue);
    }
  }
}

Permissions::Rules::Rules(const std::optional<std::vector<SubjectRule>>& rules)
    : Rules(rules ? *rules : std::vector<SubjectRule>{}) {}

bool Permissions::Rules::match(std::string_view subject, Queues& queues) const {
  bool plain = false;
  const auto take = [&](std::string_view queue) {
    if (queue.empty()) {
      plain = true;
    } else {
      queues.push_back(queue);
    }
  };
  if (const auto found = literal_.find(subject); found != literal_.end()) {
    for (const std::string& queue : found->second) take(queue);
  }
  for (const SubjectRule& rule : wildcard_) {
    if (subject_matches(rule.subject, subject)) take(rule.queue);
  }
  return plain;
}

bool Permissions::Rules::overlaps(std::string_view subject) const {
  for (const auto& [literal, queues] : literal_) {
    if (subjects_overlap(literal, subject)) return true;
  }
  return std::any_of(wildcard_.begin(), wildcard_.end(), [&](const SubjectRule& rule) {
    return subjects_overlap(rule.subject, subject);
  });
}

// Only asked for subjects with wildcards, which no literal rule covers.
bool Permissions::Rules::covers(std::string_view subject, std::string_view queue) const {
  return std::any_of(wildcard_.begin(), wildcard_.end(), [&](const SubjectRule& rule) {
    const bool concerns =
        rule.queue.empty() || (!queue.empty() && queue_matches(rule.queue, queue));
    return concerns && subject_covers(rule.subject, subject);
  });
}

Permissions::Permissions(PermissionSettings settings)
    : settings_(std::move(settings)),
      publish_allow_(settings_.publish_allow),
      publish_deny_(settings_.publish_deny),
      subscribe_allow_(settings_.subscribe_allow),
      subscribe_deny_(settings_.subscribe_deny) {}

bool Permissions::may_publish(std::string_view subject) const {
  Rules::Queues none;
  const bool everything = !settings_.publish_allow && !settings_.responses;
  if (!everything && !publish_allow_.match(subject, none)) return false;
  return publish_deny_.empty() || !publish_deny_.match(subject, none);
}

bool Permissions::denies(std::string_view subject, std::string_view queue) const {
  if (subscribe_deny_.empty()) return false;
  Rules::Queues queues;
  if (subscribe_deny_.match(subject, queues)) return true;
  return !queue.empty() && any_queue_matches(queues, queue);
}

bool Permissions::may_subscribe(std::string_view subject, std::string_view queue) const {
  if (settings_.subscribe_allow) {
    Rules::Queues queues;
    bool allowed = subscribe_allow_.match(subject, queues);
    if (!queue.empty() && !queues.empty()) allowed = any_queue_matches(queues, queue);
    if (!allowed) return false;
  }
  return !denies(subject, queue);
}

bool Permissions::must_filter(std::string_view subject, std::string_view queue) const {
  if (!has_wildcard(subject)) return false;
  if (settings_.subscribe_allow && !subscribe_allow_.covers(subject, queue)) return true;
  return subscribe_deny_.overlaps(subject);
}

bool Permissions::may_deliver(std::string_view subject, std::string_view queue) const {
  if (settings_.subscribe_allow) {
    Rules::Queues queues;
    const bool plain = subscribe_allow_.match(subject, queues);
    if (!plain && (queue.empty() || !any_queue_matches(queues, queue))) return false;
  }
  return !denies(subject, queue);
}

}  // namespace antiphon
