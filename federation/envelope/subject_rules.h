// Which subjects a federation broker may publish to.
//
// WHY: a request carries the subjects it is to be sent to, and nothing signs them. The reference
// publishes to any of them with its own rights; so whoever may send a request could reach streams,
// events or the federation brokers themselves (docs/federation.md).
// MODEL: a subject is allowed if it is literal and one of the patterns matches it. Whatever the
// patterns say, nothing is sent to subjects of federation brokers (a loop) or to those that begin
// with `$` (the broker's own).
#pragma once

#include <absl/status/statusor.h>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace antiphon::federation {

// Requests to agents and services of any collective and to single nodes, whose names may have
// several tokens.
inline constexpr std::string_view kTargetPatterns[] = {"*.broadcast.agent.*",
                                                       "*.broadcast.service.*", "*.node.>"};
inline constexpr std::string_view kReplyPatterns[] = {"*.reply.>"};
inline constexpr size_t kSubjectPatternsMax = 64;
// Brokers close a connection that sends a longer line than 4,096 bytes. The rest is for the subject by
// which an absence is asked about, or for what stands before an event's.
inline constexpr size_t kPublishedSubjectBytesMax = 2048;

class SubjectRules {
 public:
  // The error names the pattern and what is wrong with it.
  static absl::StatusOr<SubjectRules> from(std::span<const std::string> patterns);
  static SubjectRules targets_default() { return SubjectRules(kTargetPatterns); }
  static SubjectRules replies_default() { return SubjectRules(kReplyPatterns); }

  bool allows(std::string_view subject) const;
  std::vector<std::string> patterns() const;

 private:
  // A pattern taken apart: FIRST.MIDDLE.TAIL with a wildcard in the last place only, which is what
  // all usual ones are; or any other.
  struct Pattern {
    std::string text;
    bool simple = false;
    std::string first;   // empty: any token
    std::string middle;  // with its dots
    bool tail_is_one_token = false;
  };

  SubjectRules() = default;
  explicit SubjectRules(std::span<const std::string_view> patterns);
  void add(std::string_view pattern);
  static bool matches(const Pattern& pattern, std::string_view subject, size_t first_dot);

  std::vector<Pattern> patterns_;
};

}  // namespace antiphon::federation
