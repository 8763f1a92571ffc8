// What a user may publish and subscribe to, as configurations and user claims say it.
//
// FORMAT: subjects may have wildcards; a subscribe rule may name a queue, which may have wildcards
// too. An absent allow list allows everything, an empty one nothing. (In a configuration an empty
// list counts as absent, as nats-server reads it.)
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace antiphon {

struct SubjectRule {
  std::string subject;
  std::string queue;  // empty: the rule is about subscriptions of any kind
  bool operator==(const SubjectRule&) const = default;
};

// Whoever gets a request may answer it, though it may not publish to such subjects otherwise.
struct ResponseRule {
  static constexpr int64_t kMessagesDefault = 1;
  static constexpr int64_t kExpiresDefaultMs = 120'000;

  int64_t messages_max = kMessagesDefault;  // negative: any number
  int64_t expires_ms = kExpiresDefaultMs;   // negative: for ever
  bool operator==(const ResponseRule&) const = default;
};

struct PermissionSettings {
  std::optional<std::vector<SubjectRule>> publish_allow;
  std::vector<SubjectRule> publish_deny;
  std::optional<std::vector<SubjectRule>> subscribe_allow;
  std::vector<SubjectRule> subscribe_deny;
  // With it and without a list of what may be published, nothing else may be.
  std::optional<ResponseRule> responses;
  bool operator==(const PermissionSettings&) const = default;
};

}  // namespace antiphon
