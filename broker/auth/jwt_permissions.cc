#include "broker/auth/jwt_permissions.h"

#include <string_view>
#include <utility>

#include "protocol/bytes/text.h"
#include "protocol/subject/subject.h"

namespace antiphon {
namespace {

using Texts = std::vector<std::string>;

std::string_view without_blanks(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t");
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool starts_with_ignoring_case(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() && equals_ignore_case(text.substr(0, prefix.size()), prefix);
}

Texts values_of_tag(const Texts& tags, std::string_view name) {
  Texts values;
  for (const std::string& tag : tags) {
    const size_t colon = tag.find(':');
    if (colon == tag.npos || !equals_ignore_case(std::string_view(tag).substr(0, colon), name)) continue;
    values.push_back(tag.substr(colon + 1));
  }
  return values;
}

// Nothing for an operation that there is not.
std::optional<Texts> values_of(std::string_view operation, const TemplateFacts& facts) {
  operation = without_blanks(operation);
  if (equals_ignore_case(operation, "name()")) return Texts{facts.name};
  if (equals_ignore_case(operation, "subject()")) return Texts{facts.subject};
  if (equals_ignore_case(operation, "account-name()")) return Texts{facts.account_name};
  if (equals_ignore_case(operation, "account-subject()")) return Texts{facts.account_subject};
  if (!operation.ends_with(')')) return std::nullopt;
  for (const auto& [word, tags] : {std::pair<std::string_view, const Texts*>{"tag(", &facts.tags},
                                   {"account-tag(", &facts.account_tags}}) {
    if (!starts_with_ignoring_case(operation, word)) continue;
    return values_of_tag(*tags, operation.substr(word.size(), operation.size() - word.size() - 1));
  }
  return std::nullopt;
}

// Puts `rule`, with its first place filled in every possible way, through the same again. False when
// it cannot be.
bool fill(const std::string& rule, const TemplateFacts& facts, Texts& filled) {
  const size_t begin = rule.find("{{");
  if (begin == rule.npos) {
    filled.push_back(rule);
    return filled.size() <= kRulesMax;
  }
  const size_t end = rule.find("}}", begin);
  if (end == rule.npos) return false;
  const auto values = values_of(std::string_view(rule).substr(begin + 2, end - begin - 2), facts);
  if (!values) return false;
  for (const std::string& value : *values) {
    if (!is_valid_literal_subject(value)) return false;
    if (!fill(rule.substr(0, begin) + value + rule.substr(end + 2), facts, filled)) return false;
  }
  return true;
}

bool fill_all(Texts& rules, const TemplateFacts& facts, bool each_must_stay) {
  Texts filled;
  for (const std::string& rule : rules) {
    const size_t before = filled.size();
    if (!fill(rule, facts, filled)) return false;
    if (each_must_stay && filled.size() == before) return false;
  }
  rules = std::move(filled);
  return true;
}

// An allow list that the template left nothing of must not become one that was never there.
void deny_all_if_emptied(bool was_filled, const Texts& allow, Texts& deny) {
  if (was_filled && allow.empty()) deny.push_back(">");
}

bool read_rule(const std::string& text, bool may_have_queue, SubjectRule& rule) {
  std::string_view rest = without_blanks(text);
  const std::string_view subject = rest.substr(0, rest.find_first_of(" \t"));
  const std::string_view queue = without_blanks(rest.substr(subject.size()));
  if (!is_valid_subject(subject)) return false;
  if (!queue.empty() && (!may_have_queue || !is_valid_subject(queue))) return false;
  rule = {std::string(subject), std::string(queue)};
  return true;
}

bool read_rules(const Texts& texts, bool may_have_queue, std::vector<SubjectRule>& rules) {
  for (const std::string& text : texts) {
    if (!read_rule(text, may_have_queue, rules.emplace_back())) return false;
  }
  return true;
}

}  // namespace

std::optional<JwtPermissions> fill_template(const JwtPermissions& permissions,
                                            const TemplateFacts& facts) {
  JwtPermissions filled = permissions;
  const bool made = fill_all(filled.publish_allow, facts, false) &&
                    fill_all(filled.publish_deny, facts, true) &&
                    fill_all(filled.subscribe_allow, facts, false) &&
                    fill_all(filled.subscribe_deny, facts, true);
  if (!made) return std::nullopt;
  deny_all_if_emptied(!permissions.publish_allow.empty(), filled.publish_allow, filled.publish_deny);
  deny_all_if_emptied(!permissions.subscribe_allow.empty(), filled.subscribe_allow,
                      filled.subscribe_deny);
  return filled;
}

std::optional<PermissionSettings> permission_settings(const JwtPermissions& permissions) {
  PermissionSettings settings;
  const bool limits_publish = !permissions.publish_allow.empty();
  const bool limits_subscribe = !permissions.subscribe_allow.empty();
  const bool read =
      (!limits_publish ||
       read_rules(permissions.publish_allow, false, settings.publish_allow.emplace())) &&
      read_rules(permissions.publish_deny, false, settings.publish_deny) &&
      (!limits_subscribe ||
       read_rules(permissions.subscribe_allow, true, settings.subscribe_allow.emplace())) &&
      read_rules(permissions.subscribe_deny, true, settings.subscribe_deny);
  if (!read) return std::nullopt;
  settings.responses = permissions.responses;
  return settings;
}

}  // namespace antiphon
