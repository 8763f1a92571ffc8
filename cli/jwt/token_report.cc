#include "cli/jwt/token_report.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>
#include <absl/time/time.h>

#include <vector>

#include "protocol/bytes/json_text.h"
#include "protocol/bytes/text.h"
#include "protocol/choria/caller.h"

namespace antiphon::jwt {
namespace {

constexpr std::string_view kHidden = "*****";
constexpr std::string_view kSecretClaims[] = {"cht", "chpwd"};
constexpr size_t kLabelLetters = 20;

// Text that may hold anything, made harmless: as it is if it is plain, else quoted and escaped.
std::string harmless(std::string_view text) {
  for (const char c : text) {
    if (c >= ' ' && c <= '~') continue;
    std::string quoted;
    append_go_quoted(quoted, text);
    return quoted;
  }
  return std::string(text);
}

class Report {
 public:
  void line(std::string_view label, std::string_view value) {
    if (value.empty()) return;
    const std::string blanks(kLabelLetters - std::min(label.size(), kLabelLetters), ' ');
    absl::StrAppend(&text_, blanks, to_absl(label), ": ", harmless(value), "\n");
  }
  void list(std::string_view label, const std::vector<std::string>& values) {
    line(label, absl::StrJoin(values, ", "));
  }
  void flag(std::string_view label, bool on) { line(label, on ? "yes" : "no"); }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

// The flags that are set, by their names in the token.
std::string permissions_of(const nlohmann::ordered_json& claims) {
  std::vector<std::string> names;
  const auto permissions = claims.find("permissions");
  if (permissions != claims.end() && permissions->is_object()) {
    for (const auto& flag : permissions->items()) {
      if (flag.value() == true) names.push_back(flag.key());
    }
  }
  return names.empty() ? "none" : absl::StrJoin(names, ", ");
}

void describe_standard(const choria::StandardClaims& claims, int64_t now, Report& report) {
  report.line("public key", claims.public_key);
  report.line("issuer", claims.issuer);
  report.line("id", claims.id);
  report.line("effective expiry", describe_expiry(claims, now));
}

std::string describe_client(const choria::ClientClaims& claims, const nlohmann::ordered_json& json,
                            int64_t now) {
  Report report;
  report.line("kind", "client");
  report.line("caller id", claims.caller_id);
  report.line("organization", claims.organization);
  describe_standard(claims.standard, now, report);
  report.line("private network id", choria::subject_hash(claims.caller_id));
  report.list("agents", claims.agents);
  report.line("permissions", permissions_of(json));
  report.list("publish subjects", claims.publish_subjects);
  report.list("subscribe subjects", claims.subscribe_subjects);
  report.line("policy", claims.opa_policy.empty() ? "" : "Open Policy Agent (see --json)");
  return report.take();
}

std::string describe_server(const choria::ServerClaims& claims, const nlohmann::ordered_json& json,
                            int64_t now) {
  Report report;
  report.line("kind", "server");
  report.line("identity", claims.identity);
  report.line("organization", claims.organization);
  describe_standard(claims.standard, now, report);
  report.line("private network id", choria::subject_hash(claims.identity));
  report.list("collectives", claims.collectives);
  report.line("permissions", permissions_of(json));
  report.list("publish subjects", claims.publish_subjects);
  return report.take();
}

std::string describe_provisioning(const choria::ProvisioningClaims& claims, int64_t now) {
  Report report;
  report.line("kind", "provisioning");
  report.line("organization", claims.organization);
  describe_standard(claims.standard, now, report);
  report.line("token", claims.token.empty() ? "" : kHidden);
  report.flag("secure", claims.secure);
  report.line("urls", claims.urls);
  report.line("SRV domain", claims.srv_domain);
  report.flag("by default", claims.by_default);
  report.line("registration file", claims.registration_file);
  report.line("facts file", claims.facts_file);
  report.line("user", claims.user);
  report.line("password", claims.password.empty() ? "" : kHidden);
  report.flag("protocol version 2", claims.protocol_v2);
  report.flag("upgrades allowed", claims.allow_update);
  return report.take();
}

}  // namespace

std::string claims_for_display(std::string_view claims_json) {
  auto json = nlohmann::ordered_json::parse(claims_json, nullptr, false);
  if (!json.is_object()) return "null";
  for (const std::string_view secret : kSecretClaims) {
    const auto found = json.find(std::string(secret));
    if (found != json.end() && *found != "") *found = kHidden;
  }
  return json.dump(2, ' ', true, Utf8Errors::replace);
}

std::string describe_expiry(const choria::StandardClaims& claims, int64_t now_unix_s) {
  const auto expiry = choria::effective_expiry(claims);
  if (!expiry) return "never";
  const std::string when =
      absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", absl::FromUnixSeconds(*expiry), absl::UTCTimeZone());
  const std::string left = absl::FormatDuration(absl::Seconds(std::abs(*expiry - now_unix_s)));
  return *expiry > now_unix_s ? absl::StrCat(when, " (in ", left, ")")
                              : absl::StrCat(when, " (expired ", left, " ago)");
}

std::string describe_claims(std::string_view claims_json, int64_t now_unix_s) {
  choria::StandardClaims standard;
  if (choria::parse_standard_claims(claims_json, standard)) return {};
  const auto json = nlohmann::ordered_json::parse(claims_json, nullptr, false);
  choria::ClientClaims client;
  choria::ServerClaims server;
  choria::ProvisioningClaims provisioning;
  switch (choria::token_purpose(standard)) {
    case choria::TokenPurpose::kClient:
      if (choria::parse_client_claims(claims_json, client)) return {};
      return describe_client(client, json, now_unix_s);
    case choria::TokenPurpose::kServer:
      if (choria::parse_server_claims(claims_json, server)) return {};
      return describe_server(server, json, now_unix_s);
    case choria::TokenPurpose::kProvisioning:
      if (choria::parse_provisioning_claims(claims_json, provisioning)) return {};
      return describe_provisioning(provisioning, now_unix_s);
    case choria::TokenPurpose::kUnknown:
      break;
  }
  return absl::StrCat(claims_for_display(claims_json), "\n");
}

}  // namespace antiphon::jwt
