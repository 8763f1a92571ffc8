// Who may connect and what they may do: users, accounts, operator mode and auth callout, as configured.
//
// MODEL: option_table.h describes each field. A field that is empty "by default from another" has a
// function that gives what counts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "broker/config/duration.h"
#include "protocol/nats/account_settings.h"
#include "protocol/nats/connection_kind.h"
#include "protocol/nats/operator_trust.h"
#include "protocol/nats/permission_settings.h"

namespace antiphon {

struct UserOptions {
  std::string name;
  std::string password;  // in clear or a bcrypt hash
  std::string nkey = {};  // a public user key; then name and password are empty
  ConnectionKinds connection_kinds = {};
  std::optional<PermissionSettings> permissions = std::nullopt;  // none: the default ones
  bool operator==(const UserOptions&) const = default;
};

// A subject space of its own, with the users who act in it.
struct AccountOptions {
  std::string name;
  std::vector<UserOptions> users;
  std::optional<PermissionSettings> default_permissions;
  std::vector<ExportSettings> exports = {};
  std::vector<ImportSettings> imports = {};
  std::vector<MappingSettings> mappings = {};
  AccountLimits limits = {};
  bool operator==(const AccountOptions&) const = default;
};

// What an account shares, maps and bounds.
inline AccountSettings sharing_of(const AccountOptions& account) {
  return {account.name, account.exports, account.imports, account.mappings, account.limits};
}

inline constexpr size_t kAccountsMax = 10'000;
inline constexpr std::string_view kGlobalAccountName = "$G";
inline constexpr std::string_view kSystemAccountDefault = "$SYS";

enum class ResolverKind : uint8_t { kNone, kMemory, kFull };

// What becomes of a JWT that an operator has deleted over the network.
enum class AccountDeletion : uint8_t {
  kNone,      // it is refused
  kKept,      // the file gets another name
  kForGood,
};

// Where the JWTs of accounts come from.
struct ResolverOptions {
  ResolverKind kind = ResolverKind::kNone;
  std::string directory;  // of kFull: a file for each account, NKEY.jwt
  AccountDeletion deletion = AccountDeletion::kNone;  // of kFull
  bool operator==(const ResolverOptions&) const = default;
};

using AccountClaimsByNkey = std::map<std::string, std::shared_ptr<const AccountClaims>>;

// In the place of the system account's JWT, if the resolver's folder has none.
inline constexpr const char* kNoJwtYet = "";

// Operator mode: users are known by their JWTs. It is on where an operator is trusted.
struct OperatorOptions {
  std::vector<std::string> operators;  // files or JWTs; after loading JWTs only
  std::vector<std::string> trusted_keys;  // nkeys of operators without a JWT
  ResolverOptions resolver;
  std::map<std::string, std::string> accounts;  // nkey -> JWT, or kNoJwtYet
  std::string default_sentinel;  // the JWT of those who send none; empty: they are refused
  std::vector<std::string> pinned_accounts;  // nkeys: these and the system account alone; empty: all
  std::vector<std::string> deleted;  // nkeys, by an operator while the server ran; no configuration
  // What all these say, decoded when they are loaded and not again.
  OperatorTrust trust;
  AccountClaimsByNkey claims;
  // Of the accounts, as operator_sharing.h says.
  std::vector<AccountSettings> sharing;
  int64_t sharing_changes_s = 0;
  bool enabled() const { return !operators.empty() || !trusted_keys.empty(); }
  // What is decoded follows from the texts.
  bool operator==(const OperatorOptions& other) const {
    return operators == other.operators && trusted_keys == other.trusted_keys &&
           resolver == other.resolver && accounts == other.accounts &&
           default_sentinel == other.default_sentinel && pinned_accounts == other.pinned_accounts &&
           sharing == other.sharing && sharing_changes_s == other.sharing_changes_s;
  }
};

// A service that decides who clients are: its users ask this server for its questions.
struct CalloutOptions {
  bool enabled = false;
  std::string issuer;  // nkey of the account that signs its answers
  std::string account;  // where it is asked; empty: $G
  std::vector<std::string> auth_users;  // names or nkeys
  std::vector<std::string> allowed_accounts;  // whose users it decides about; empty: all
  std::string xkey;  // the key that questions are sealed for; empty: they are not
  bool operator==(const CalloutOptions&) const = default;
};

struct AuthorizationOptions {
  bool has_block = false;  // there is an `authorization`, be it empty
  std::string user;
  std::string password;
  std::string token;
  std::vector<UserOptions> users;
  std::optional<PermissionSettings> default_permissions;  // of users that have none of their own
  std::vector<AccountOptions> accounts;
  std::vector<MappingSettings> mappings;  // of the account $G
  OperatorOptions operator_mode;
  CalloutOptions callout;
  std::string system_account;  // empty: kSystemAccountDefault
  std::string no_auth_user;  // who a client is that shows no credentials
  Duration timeout{0};       // 0: see auth_timeout()
  bool operator==(const AuthorizationOptions&) const = default;
};

inline std::string system_account_name(const AuthorizationOptions& options) {
  return options.system_account.empty() ? std::string(kSystemAccountDefault)
                                        : options.system_account;
}

// Whether the system account is all that is configured of who may connect, as in a file that only
// turns it on. Whoever shows no credentials is then a client of $G, as with nats-server.
inline bool only_system_account(const AuthorizationOptions& options) {
  if (options.has_block || options.operator_mode.enabled() || !options.no_auth_user.empty()) {
    return false;
  }
  const std::string system = system_account_name(options);
  bool is_there = false;
  for (const AccountOptions& account : options.accounts) {
    if (account.name != system && account.name != kGlobalAccountName) return false;
    is_there |= account.name == system;
  }
  return is_there;
}

// The same of all accounts, $G first, those of JWTs last.
inline std::vector<AccountSettings> sharing_of(const AuthorizationOptions& authorization) {
  std::vector<AccountSettings> all;
  all.push_back({std::string(kGlobalAccountName), {}, {}, authorization.mappings, {}});
  for (const AccountOptions& account : authorization.accounts) all.push_back(sharing_of(account));
  const std::vector<AccountSettings>& of_jwts = authorization.operator_mode.sharing;
  all.insert(all.end(), of_jwts.begin(), of_jwts.end());
  return all;
}

inline std::string_view callout_account(const CalloutOptions& callout) {
  return callout.account.empty() ? kGlobalAccountName : std::string_view(callout.account);
}

}  // namespace antiphon
