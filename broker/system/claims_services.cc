#include "broker/system/claims_services.h"

#include <ctime>

#include "broker/monitor/json_writer.h"
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
  if (problem.empty()) problem = keep_(nkey, std::string(jwt));
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
  for (const auto& [nkey, jwt] : mode_of(*options).accounts) json.value(nkey);
  json.end_array();
  return out;
}

std::string ClaimsServices::refuse_to_delete() const {
  return error_json("", "delete accounts request failed - delete must be enabled in server config");
}

std::string ClaimsServices::lookup(const std::string& account) const {
  const auto options = view_.options();
  const auto found = mode_of(*options).accounts.find(account);
  return found == mode_of(*options).accounts.end() ? std::string() : found->second;
}

}  // namespace antiphon
