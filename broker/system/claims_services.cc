#include "broker/system/claims_services.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>

#include <ctime>

#include "broker/monitor/json_writer.h"
#include "protocol/choria/digest.h"
#include "protocol/nats/account_claims_check.h"
#include "protocol/nats/claims.h"

namespace antiphon {
namespace {

const OperatorOptions& mode_of(const BrokerOptions& options) {
  return options.authorization.operator_mode;
}

std::string status_json(const char* member, int code, const std::string& account,
                        const char* text_name, std::string_view text) {
  std::string out = std::string("\"") + member + "\":";
  JsonWriter json(out, JsonWriter::Layout::kCompact);
  json.begin_object();
  json.optional_field("account", account);
  json.field("code", code);
  json.field(text_name, text);
  json.end_object();
  return out;
}

std::string error_json(const std::string& account, const std::string& text) {
  return status_json("error", 500, account, "description", text);
}

}  // namespace

bool ClaimsServices::is_on() const {
  const auto options = view_.options();
  return mode_of(*options).enabled() && mode_of(*options).resolver.kind == ResolverKind::kFull;
}

std::string ClaimsServices::problem_of(const std::string& account, std::string_view jwt,
                                       std::string& nkey) const {
  AccountClaims claims;
  const JwtFault fault = decode_account_jwt(jwt, claims);
  if (fault != JwtFault::kNone) return std::string(jwt_fault_text(fault));
  nkey = encode_nkey(NkeyPrefix::kAccount, claims.standard.subject);
  if (!account.empty() && account != nkey) return "the JWT is of another account";
  const auto options = view_.options();
  const OperatorOptions& mode = mode_of(*options);
  if (!mode.trust.trusts(claims.standard.issuer)) return "no trusted operator has signed the JWT";
  if (claims.standard.expires_s != 0 && claims.standard.expires_s <= std::time(nullptr)) {
    return "the JWT has expired";
  }
  if (std::string problem = account_claims_problem(claims); !problem.empty()) {
    return "the account " + problem;
  }
  if (std::string problem = mappings_problem(claims); !problem.empty()) return problem;
  const auto known = mode.claims.find(nkey);
  if (known == mode.claims.end()) {
    return mode.claims.size() < kAccountsMax ? "" : "there are too many accounts";
  }
  if (claims.standard.issued_s < known->second->standard.issued_s) {
    return "the JWT was issued before the one that is known";
  }
  return {};
}

std::string ClaimsServices::update(const std::string& account, std::string_view jwt) {
  std::string nkey;
  std::string problem = problem_of(account, jwt, nkey);
  if (problem.empty()) problem = control_.keep_account(nkey, std::string(jwt));
  if (!problem.empty()) {
    const std::string& named = account.empty() ? nkey : account;
    return error_json(named.empty() ? "n/a" : named, "jwt update resulted in error - " + problem);
  }
  return status_json("data", 200, nkey, "message", "jwt updated");
}

std::string ClaimsServices::list() const {
  const auto options = view_.options();
  std::string out = "\"data\":";
  JsonWriter json(out, JsonWriter::Layout::kCompact);
  json.begin_array();
  for (const auto& [nkey, jwt] : mode_of(*options).accounts) {
    if (jwt != kNoJwtYet) json.value(nkey);
  }
  json.end_array();
  return out;
}

std::string ClaimsServices::problem_of_deletion(std::string_view jwt, DeletionClaims& claims) const {
  const auto options = view_.options();
  const OperatorOptions& mode = mode_of(*options);
  const JwtFault fault = decode_deletion_jwt(jwt, claims);
  if (fault != JwtFault::kNone) return std::string(jwt_fault_text(fault));
  if (mode.resolver.deletion == AccountDeletion::kNone) {
    return "delete must be enabled in server config";
  }
  if (claims.standard.subject != claims.standard.issuer) return "not self signed";
  if (!mode.trust.trusts(claims.standard.issuer)) return "not trusted";
  if (!claims.accounts) return "malformed request";
  const std::string system = system_account_name(options->authorization);
  for (const Ed25519PublicKey& key : *claims.accounts) {
    if (encode_nkey(NkeyPrefix::kAccount, key) == system) {
      return "not allowed to delete system account";
    }
  }
  return {};
}

std::string ClaimsServices::remove(std::string_view jwt) {
  DeletionClaims claims;
  const std::string problem = problem_of_deletion(jwt, claims);
  if (!problem.empty()) {
    const std::string who = encode_nkey(NkeyPrefix::kOperator, claims.standard.subject);
    return error_json("", "delete accounts request by " + who + " failed - " + problem);
  }
  std::vector<std::string> nkeys;
  for (const Ed25519PublicKey& key : *claims.accounts) {
    nkeys.push_back(encode_nkey(NkeyPrefix::kAccount, key));
  }
  const std::vector<std::string> failures = control_.remove_accounts(nkeys);
  std::string text = absl::StrCat("deleted ", nkeys.size() - failures.size(), " accounts");
  if (failures.empty()) return status_json("data", 200, "", "message", text);
  absl::StrAppend(&text, ", failed for ", failures.size(), " - ", absl::StrJoin(failures, "\n"));
  return error_json("", text);
}

std::vector<std::string> ClaimsServices::pack(std::string_view their_hash) const {
  const auto options = view_.options();
  const int64_t now_s = std::time(nullptr);
  std::vector<std::string> messages;
  choria::Sha256 sha256;
  choria::Sha256Digest hash{};
  for (const auto& [nkey, claims] : mode_of(*options).claims) {
    const int64_t expires_s = claims->standard.expires_s;
    if (expires_s != 0 && expires_s < now_s) continue;
    const std::string jwt = lookup(nkey);
    if (jwt.empty()) continue;
    const choria::Sha256Digest one = sha256.of(jwt);
    for (size_t i = 0; i < hash.size(); ++i) hash[i] ^= one[i];
    messages.push_back(nkey + "|" + jwt);
  }
  const std::string_view ours(hash.data(), hash.size());
  if (their_hash == ours) messages.clear();
  messages.emplace_back();
  return messages;
}

std::string ClaimsServices::lookup(const std::string& account) const {
  const auto options = view_.options();
  const auto found = mode_of(*options).accounts.find(account);
  return found == mode_of(*options).accounts.end() ? std::string() : found->second;
}

}  // namespace antiphon
