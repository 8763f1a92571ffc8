// What permissions mean, one rule after the other: an oracle, and the random users it judges.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "broker/auth/permissions.h"
#include "broker/runtime/random.h"
#include "tests/model/naive_subjects.h"

namespace antiphon {

struct PermissionsOracle {
  using Rules = std::vector<SubjectRule>;

  const PermissionSettings& settings;

  static bool any_plain(const Rules& rules, std::string_view subject) {
    return std::any_of(rules.begin(), rules.end(), [&](const SubjectRule& rule) {
      return rule.queue.empty() && pattern_matches(rule.subject, subject);
    });
  }
  static bool any_with_queue(const Rules& rules, std::string_view subject) {
    return std::any_of(rules.begin(), rules.end(), [&](const SubjectRule& rule) {
      return !rule.queue.empty() && pattern_matches(rule.subject, subject);
    });
  }
  static bool any_of_queue(const Rules& rules, std::string_view subject, std::string_view queue) {
    return !queue.empty() && std::any_of(rules.begin(), rules.end(), [&](const SubjectRule& rule) {
      return !rule.queue.empty() && pattern_matches(rule.subject, subject) &&
             pattern_matches(rule.queue, queue);
    });
  }

  bool publish(std::string_view subject) const {
    const bool open = !settings.publish_allow && !settings.responses;
    return (open || any_plain(settings.publish_allow.value_or(Rules()), subject)) &&
           !any_plain(settings.publish_deny, subject);
  }
  bool denied(std::string_view subject, std::string_view queue) const {
    return any_plain(settings.subscribe_deny, subject) ||
           any_of_queue(settings.subscribe_deny, subject, queue);
  }
  bool subscribe(std::string_view subject, std::string_view queue) const {
    const Rules allow = settings.subscribe_allow.value_or(Rules());
    bool allowed = !settings.subscribe_allow || any_plain(allow, subject);
    if (!queue.empty() && any_with_queue(allow, subject)) {
      allowed = any_of_queue(allow, subject, queue);
    }
    return allowed && !denied(subject, queue);
  }
  // To a subscription that was let in.
  bool deliver(std::string_view subject, std::string_view queue) const {
    const Rules allow = settings.subscribe_allow.value_or(Rules());
    const bool allowed = !settings.subscribe_allow || any_plain(allow, subject) ||
                         any_of_queue(allow, subject, queue);
    return allowed && !denied(subject, queue);
  }
};

// Few words, so that rules, subscriptions and subjects meet often.
class PermissionsGenerator {
 public:
  explicit PermissionsGenerator(uint64_t seed) : random_(seed) {}

  uint64_t below(uint64_t end) { return random_.below(end); }

  PermissionSettings user() {
    PermissionSettings settings;
    if (below(4) != 0) settings.publish_allow = rules(false);
    settings.publish_deny = rules(false);
    if (below(4) != 0) settings.subscribe_allow = rules(true);
    settings.subscribe_deny = rules(true);
    if (below(4) == 0) settings.responses = ResponseRule{};
    return settings;
  }
  std::string subject(bool wildcards) {
    static constexpr const char* kWords[] = {"a", "b", "c"};
    std::string made;
    const size_t count = 1 + below(3);
    for (size_t i = 0; i < count; ++i) {
      if (i > 0) made += '.';
      const uint64_t kind = wildcards ? below(6) : 5;
      if (kind == 0 && i + 1 == count) {
        made += '>';
      } else if (kind == 1 || kind == 0) {
        made += '*';
      } else {
        made += kWords[below(3)];
      }
    }
    return made;
  }
  std::string queue(bool wildcards) {
    static constexpr const char* kQueues[] = {"v1.x", "v1.y", "v2"};
    static constexpr const char* kPatterns[] = {"v1.*", ">"};
    if (wildcards && below(3) == 0) return kPatterns[below(2)];
    return kQueues[below(3)];
  }

 private:
  std::vector<SubjectRule> rules(bool queues) {
    std::vector<SubjectRule> made(below(4));
    for (SubjectRule& rule : made) {
      rule.subject = subject(true);
      if (queues && below(3) == 0) rule.queue = queue(true);
    }
    return made;
  }

  Random random_;
};

}  // namespace antiphon
