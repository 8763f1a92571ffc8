#include "cli/why/why_report.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>

#include <nlohmann/json.hpp>
#include <vector>

#include "broker/auth/choria_audit.h"
#include "protocol/bytes/json_text.h"
#include "protocol/bytes/text.h"

namespace antiphon::why {
namespace {

using Json = nlohmann::ordered_json;
constexpr size_t kLabelLetters = 14;

std::string harmless(std::string_view text) {
  for (const char c : text) {
    if (c >= ' ' && c <= '~') continue;
    std::string quoted;
    append_go_quoted(quoted, text);
    return quoted;
  }
  return std::string(text);
}

void add_line(std::string& out, std::string_view label, std::string_view value) {
  if (value.empty()) return;
  const std::string blanks(kLabelLetters - std::min(label.size(), kLabelLetters), ' ');
  absl::StrAppend(&out, to_absl(label), ":", blanks, harmless(value), "\n");
}

std::vector<std::string> subjects_of(const std::vector<SubjectRule>& rules) {
  std::vector<std::string> subjects;
  for (const SubjectRule& rule : rules) subjects.push_back(rule.subject);
  return subjects;
}

std::vector<std::string> allowed_of(const std::optional<std::vector<SubjectRule>>& rules) {
  return rules ? subjects_of(*rules) : std::vector<std::string>{">"};
}

void add_side(std::string& out, const char* may, const char* may_not,
              const std::optional<std::vector<SubjectRule>>& allow,
              const std::vector<SubjectRule>& deny) {
  const std::vector<std::string> allowed = allowed_of(allow);
  add_line(out, may, allowed.empty() ? "nothing" : absl::StrJoin(allowed, ", "));
  add_line(out, may_not, absl::StrJoin(subjects_of(deny), ", "));
}

std::string granted_of(const ChoriaDecision& decision) {
  const std::vector<std::string> names(decision.granted.begin(), decision.granted.end());
  return absl::StrJoin(names, ", ");
}

std::string until_of(const ChoriaDecision& decision, int64_t now_unix_s) {
  if (!decision.expires_at) {
    return decision.credential == ChoriaCredentialKind::kToken ? "the token has no end" : "";
  }
  return absl::StrCat(utc_text(*decision.expires_at), ", in ", *decision.expires_at - now_unix_s,
                      " s");
}

std::string_view reason_of(const Explanation& explanation) {
  if (explanation.handshake_fails) {
    return "the TLS handshake fails: the authorities do not vouch for the certificate that is shown";
  }
  return choria_refusal_text(explanation.decision);
}

}  // namespace

std::string as_text(const Explanation& explanation, int64_t now_unix_s) {
  const ChoriaDecision& decision = explanation.decision;
  std::string out;
  add_line(out, "Credential", choria_credential_name(decision.credential));
  add_line(out, decision.allowed ? "Name" : "Claims to be", decision.name);
  add_line(out, "Organization", decision.organization);
  add_line(out, "Certificate", explanation.certificate_problem);
  add_line(out, "Decision", decision.allowed ? "let in" : "REFUSED");
  add_line(out, "Rule", absl::StrCat(to_absl(choria_rule_name(decision.rule)), ": ",
                                     to_absl(choria_rule_text(decision.rule))));
  add_line(out, "Reason", reason_of(explanation));
  if (decision.allowed) {
    const PermissionSettings& permissions = decision.grant.permissions;
    add_line(out, "Account", choria_account_name(decision.grant.account));
    add_line(out, "Until", until_of(decision, now_unix_s));
    add_line(out, "Granted", granted_of(decision));
    add_side(out, "May publish", "  but not", permissions.publish_allow, permissions.publish_deny);
    add_side(out, "May subscribe", "  but not", permissions.subscribe_allow,
             permissions.subscribe_deny);
  }
  if (explanation.subject) {
    const SubjectAnswer& answer = *explanation.subject;
    add_line(out, "Subject", answer.subject);
    add_line(out, "  publish", answer.may_publish ? "yes" : "no");
    add_line(out, "  subscribe", answer.may_subscribe ? "yes" : "no");
  }
  add_line(out, "Assumed", explanation.assumed);
  return out;
}

std::string as_json(const Explanation& explanation) {
  const ChoriaDecision& decision = explanation.decision;
  Json json;
  json["allowed"] = decision.allowed;
  json["rule"] = std::string(choria_rule_name(decision.rule));
  json["rule_text"] = std::string(choria_rule_text(decision.rule));
  if (!decision.allowed) json["reason"] = std::string(reason_of(explanation));
  json["credential"] = std::string(choria_credential_name(decision.credential));
  json["name"] = decision.name;
  if (!decision.organization.empty()) json["organization"] = decision.organization;
  if (!explanation.certificate_problem.empty()) {
    json["certificate_problem"] = explanation.certificate_problem;
  }
  if (decision.allowed) {
    const PermissionSettings& permissions = decision.grant.permissions;
    json["account"] = std::string(choria_account_name(decision.grant.account));
    json["granted"] = std::vector<std::string>(decision.granted.begin(), decision.granted.end());
    if (decision.expires_at) json["expires"] = *decision.expires_at;
    json["publish"] = {{"allow", allowed_of(permissions.publish_allow)},
                       {"deny", subjects_of(permissions.publish_deny)}};
    json["subscribe"] = {{"allow", allowed_of(permissions.subscribe_allow)},
                         {"deny", subjects_of(permissions.subscribe_deny)}};
  }
  if (explanation.subject) {
    json["subject"] = {{"name", explanation.subject->subject},
                       {"publish", explanation.subject->may_publish},
                       {"subscribe", explanation.subject->may_subscribe}};
  }
  if (!explanation.assumed.empty()) json["assumed"] = explanation.assumed;
  return json.dump(2, ' ', true, Json::error_handler_t::replace) + "\n";
}

}  // namespace antiphon::why
