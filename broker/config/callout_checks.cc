#include "broker/config/callout_checks.h"

#include <algorithm>

#include "broker/config/config_text.h"
#include "protocol/nats/nkey.h"

namespace antiphon {
namespace {

constexpr std::string_view kBlock = "authorization.auth_callout";
constexpr std::string_view kXkey = "authorization.auth_callout.xkey";
constexpr std::string_view kIssuer = "authorization.auth_callout.issuer";

// Empty when `text` is a public key of this kind.
std::string key_fault(const std::string& text, NkeyPrefix prefix, const std::string& kind) {
  Nkey nkey;
  const NkeyFault fault = decode_nkey(text, nkey);
  if (fault == NkeyFault::kNone && nkey.prefix == prefix) return {};
  // What was written may be the secret itself: say so, and do not show it.
  if (text.size() == kNkeySeedTextBytes) {
    return "this is a seed, which belongs to the service alone: put the public key here, " + kind;
  }
  if (fault != NkeyFault::kNone) {
    return "not the public key of " + kind + ": " + std::string(nkey_fault_text(fault));
  }
  return "this is not the public key of " + kind;
}

bool has_account(const AuthorizationOptions& auth, std::string_view name) {
  return std::any_of(auth.accounts.begin(), auth.accounts.end(),
                     [name](const AccountOptions& account) { return account.name == name; });
}

bool is_called(const UserOptions& user, const std::string& name) {
  return (user.nkey.empty() ? user.name : user.nkey) == name;
}

bool has_user(const AuthorizationOptions& auth, const std::string& name) {
  const auto called = [&name](const UserOptions& user) { return is_called(user, name); };
  if (name == auth.user || std::any_of(auth.users.begin(), auth.users.end(), called)) return true;
  return std::any_of(auth.accounts.begin(), auth.accounts.end(), [&](const AccountOptions& account) {
    return std::any_of(account.users.begin(), account.users.end(), called);
  });
}

}  // namespace

void check_callout(const AuthorizationOptions& auth, std::vector<OptionProblem>& problems) {
  const CalloutOptions& callout = auth.callout;
  if (!callout.enabled) return;
  if (auth.operator_mode.enabled()) {
    problems.push_back({kBlock, "operators and auth_callout exclude each other: accounts name the users "
                                "of their services in their JWTs"});
  }
  if (callout.issuer.empty()) {
    problems.push_back({kBlock, "auth_callout needs an issuer: the public nkey of an account (A...) "
                                "that signs the answers", true});
  } else if (std::string fault =
                 key_fault(callout.issuer, NkeyPrefix::kAccount, "an account (A...)");
             !fault.empty()) {
    problems.push_back({kIssuer, std::move(fault)});
  }
  if (!callout.xkey.empty()) {
    std::string fault = key_fault(callout.xkey, NkeyPrefix::kCurve, "X25519 (X...)");
    if (!fault.empty()) problems.push_back({kXkey, std::move(fault)});
  }
  if (callout.auth_users.empty()) {
    problems.push_back({kBlock, "auth_callout needs auth_users: the users who run the service", true});
  }
  if (callout_account(callout) != kGlobalAccountName && !has_account(auth, callout.account)) {
    problems.push_back({"authorization.auth_callout.account",
                        "account " + in_quotes(callout.account) + " is not one of accounts", true});
  }
  for (const std::string& name : callout.allowed_accounts) {
    if (has_account(auth, name)) continue;
    problems.push_back({"authorization.auth_callout.allowed_accounts",
                        "account " + in_quotes(name) + " is not one of accounts", true});
  }
}

void warn_of_callout(const AuthorizationOptions& auth, std::vector<OptionProblem>& problems) {
  if (!auth.callout.enabled) return;
  for (const std::string& name : auth.callout.auth_users) {
    if (has_user(auth, name)) continue;
    problems.push_back({"authorization.auth_callout.auth_users",
                        "nobody can serve as " + in_quotes(name) + ": there is no such user"});
  }
}

}  // namespace antiphon
