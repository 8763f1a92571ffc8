// Permissions against a naive oracle: for random rules, subscriptions and publishes, nothing that
// is denied is delivered, and nothing that is allowed is kept back.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "broker/auth/permissions.h"
#include "broker/runtime/random.h"
#include "tests/model/model_seed.h"

namespace antiphon {
namespace {

using Rules = std::vector<SubjectRule>;
using Tokens = std::vector<std::string>;

Tokens tokens_of(const std::string& subject) {
  Tokens tokens(1);
  for (const char c : subject) {
    if (c == '.') {
      tokens.emplace_back();
    } else {
      tokens.back() += c;
    }
  }
  return tokens;
}

// Token by token; `*` takes one and `>` the rest, whatever stands there.
bool matches(const std::string& pattern, const std::string& subject) {
  const Tokens wanted = tokens_of(pattern);
  const Tokens given = tokens_of(subject);
  for (size_t i = 0; i < wanted.size(); ++i) {
    if (i >= given.size()) return false;
    if (wanted[i] == ">") return true;
    if (wanted[i] != "*" && wanted[i] != given[i]) return false;
  }
  return wanted.size() == given.size();
}

// What the rules mean, one after the other.
struct Oracle {
  const PermissionSettings& settings;

  static bool any_plain(const std::vector<SubjectRule>& rules, const std::string& subject) {
    return std::any_of(rules.begin(), rules.end(), [&](const SubjectRule& rule) {
      return rule.queue.empty() && matches(rule.subject, subject);
    });
  }
  static bool any_with_queue(const std::vector<SubjectRule>& rules, const std::string& subject) {
    return std::any_of(rules.begin(), rules.end(), [&](const SubjectRule& rule) {
      return !rule.queue.empty() && matches(rule.subject, subject);
    });
  }
  static bool any_of_queue(const std::vector<SubjectRule>& rules, const std::string& subject,
                           const std::string& queue) {
    return !queue.empty() && std::any_of(rules.begin(), rules.end(), [&](const SubjectRule& rule) {
      return !rule.queue.empty() && matches(rule.subject, subject) && matches(rule.queue, queue);
    });
  }

  bool publish(const std::string& subject) const {
    const bool open = !settings.publish_allow && !settings.responses;
    return (open || any_plain(settings.publish_allow.value_or(Rules()), subject)) &&
           !any_plain(settings.publish_deny, subject);
  }
  bool denied(const std::string& subject, const std::string& queue) const {
    return any_plain(settings.subscribe_deny, subject) ||
           any_of_queue(settings.subscribe_deny, subject, queue);
  }
  bool subscribe(const std::string& subject, const std::string& queue) const {
    const Rules allow = settings.subscribe_allow.value_or(Rules());
    bool allowed = !settings.subscribe_allow || any_plain(allow, subject);
    if (!queue.empty() && any_with_queue(allow, subject)) {
      allowed = any_of_queue(allow, subject, queue);
    }
    return allowed && !denied(subject, queue);
  }
  bool deliver(const std::string& subject, const std::string& queue) const {
    const Rules allow = settings.subscribe_allow.value_or(Rules());
    const bool allowed = !settings.subscribe_allow || any_plain(allow, subject) ||
                         any_of_queue(allow, subject, queue);
    return allowed && !denied(subject, queue);
  }
};

class PermissionsModel {
 public:
  explicit PermissionsModel(uint64_t seed) : random_(seed) {}

  // Makes a user, and asks; returns how many publishes were judged.
  size_t round() {
    PermissionSettings settings;
    if (random_.below(4) != 0) settings.publish_allow = rules(false);
    settings.publish_deny = rules(false);
    if (random_.below(4) != 0) settings.subscribe_allow = rules(true);
    settings.subscribe_deny = rules(true);
    if (random_.below(4) == 0) settings.responses = ResponseRule{};
    const Permissions permissions(settings);
    const Oracle oracle{settings};
    for (size_t i = 0; i < kSubscriptions; ++i) {
      judge(permissions, oracle, subject(true), random_.below(2) == 0 ? "" : queue(false));
    }
    return kSubscriptions * kPublishes;
  }
  size_t delivered() const { return delivered_; }
  size_t kept_back() const { return kept_back_; }

 private:
  static constexpr size_t kSubscriptions = 4;
  static constexpr size_t kPublishes = 8;

  void judge(const Permissions& permissions, const Oracle& oracle, const std::string& wanted,
             const std::string& queue) {
    const bool accepted = permissions.may_subscribe(wanted, queue);
    ASSERT_EQ(accepted, oracle.subscribe(wanted, queue)) << wanted << " in " << queue;
    const bool filtered = permissions.must_filter(wanted, queue);
    for (size_t i = 0; i < kPublishes; ++i) {
      const std::string published = subject(false);
      ASSERT_EQ(permissions.may_publish(published), oracle.publish(published)) << published;
      if (!accepted || !matches(wanted, published)) continue;
      const bool got = !filtered || permissions.may_deliver(published, queue);
      ASSERT_EQ(got, oracle.deliver(published, queue))
          << published << " to " << wanted << " in " << queue;
      ++(got ? delivered_ : kept_back_);
    }
  }

  // Few words, so that rules and subjects meet often.
  std::string subject(bool wildcards) {
    static constexpr const char* kWords[] = {"a", "b", "c"};
    std::string made;
    const size_t count = 1 + random_.below(3);
    for (size_t i = 0; i < count; ++i) {
      if (i > 0) made += '.';
      const uint64_t kind = wildcards ? random_.below(6) : 5;
      if (kind == 0 && i + 1 == count) {
        made += '>';
      } else if (kind == 1 || kind == 0) {
        made += '*';
      } else {
        made += kWords[random_.below(3)];
      }
    }
    return made;
  }
  std::string queue(bool wildcards) {
    static constexpr const char* kQueues[] = {"v1.x", "v1.y", "v2"};
    static constexpr const char* kPatterns[] = {"v1.*", ">"};
    if (wildcards && random_.below(3) == 0) return kPatterns[random_.below(2)];
    return kQueues[random_.below(3)];
  }
  std::vector<SubjectRule> rules(bool queues) {
    std::vector<SubjectRule> made(random_.below(4));
    for (SubjectRule& rule : made) {
      rule.subject = subject(true);
      if (queues && random_.below(3) == 0) rule.queue = queue(true);
    }
    return made;
  }

  Random random_;
  size_t delivered_ = 0;
  size_t kept_back_ = 0;
};

TEST(PermissionsModel, DeliversWhatIsAllowedAndNothingElse) {
  const uint64_t seed = model_seed();
  SCOPED_TRACE(replay_text(seed));
  constexpr size_t kJudged = 1'000'000;
  PermissionsModel model(seed);
  for (size_t judged = 0; judged < kJudged;) {
    judged += model.round();
    if (HasFailure()) return;
  }
  EXPECT_GT(model.delivered(), kJudged / 100);
  EXPECT_GT(model.kept_back(), kJudged / 1000) << "filters must have had something to do";
}

}  // namespace
}  // namespace antiphon
