#include "federation/envelope/subject_rules.h"

#include <absl/strings/str_cat.h>

#include "protocol/bytes/text.h"
#include "protocol/choria/subjects.h"
#include "protocol/subject/subject.h"

namespace antiphon::federation {
namespace {

constexpr std::string_view kFederationSubjects = "choria.federation.";

bool is_ours_or_the_brokers(std::string_view subject) {
  return subject.starts_with('$') || subject.starts_with(kFederationSubjects);
}

}  // namespace

SubjectRules::SubjectRules(std::span<const std::string_view> patterns) {
  for (const std::string_view pattern : patterns) add(pattern);
}

absl::StatusOr<SubjectRules> SubjectRules::from(std::span<const std::string> patterns) {
  if (patterns.size() > kSubjectPatternsMax) {
    return absl::InvalidArgumentError(
        absl::StrCat("more than ", kSubjectPatternsMax, " patterns"));
  }
  SubjectRules rules;
  for (const std::string& pattern : patterns) {
    if (!is_valid_subject(pattern)) {
      return absl::InvalidArgumentError(absl::StrCat("\"", pattern, "\" is no subject"));
    }
    if (is_ours_or_the_brokers(pattern)) {
      return absl::InvalidArgumentError(absl::StrCat(
          "\"", pattern, "\": nothing is ever sent to subjects of brokers and federation brokers"));
    }
    rules.add(pattern);
  }
  return rules;
}

void SubjectRules::add(std::string_view pattern) {
  Pattern made{std::string(pattern), false, {}, {}, false};
  const size_t first_dot = pattern.find(kTokenSeparator);
  const size_t last_dot = pattern.rfind(kTokenSeparator);
  if (first_dot != last_dot) {
    const std::string_view first = pattern.substr(0, first_dot);
    const std::string_view middle = pattern.substr(first_dot, last_dot + 1 - first_dot);
    const std::string_view tail = pattern.substr(last_dot + 1);
    made.simple = (tail == "*" || tail == ">") &&
                  !has_wildcard(middle.substr(1, middle.size() - 2));
    made.first = first == "*" ? "" : first;
    made.middle = middle;
    made.tail_is_one_token = tail == "*";
  }
  patterns_.push_back(std::move(made));
}

bool SubjectRules::matches(const Pattern& pattern, std::string_view subject, size_t first_dot) {
  if (!pattern.simple) return subject_matches(pattern.text, subject);
  if (!pattern.first.empty() && subject.substr(0, first_dot) != pattern.first) return false;
  const std::string_view rest = subject.substr(first_dot);
  if (!rest.starts_with(pattern.middle) || rest.size() == pattern.middle.size()) return false;
  return !pattern.tail_is_one_token ||
         rest.find(kTokenSeparator, pattern.middle.size()) == std::string_view::npos;
}

bool SubjectRules::allows(std::string_view subject) const {
  if (!choria::is_subject_tokens(subject) || is_ours_or_the_brokers(subject)) return false;
  const size_t first_dot = subject.find(kTokenSeparator);
  if (first_dot == std::string_view::npos) return false;
  for (const Pattern& pattern : patterns_) {
    if (matches(pattern, subject, first_dot)) return true;
  }
  return false;
}

std::vector<std::string> SubjectRules::patterns() const {
  std::vector<std::string> texts;
  for (const Pattern& pattern : patterns_) texts.push_back(pattern.text);
  return texts;
}

}  // namespace antiphon::federation
