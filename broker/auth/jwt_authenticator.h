// Users by JWT: operators vouch for accounts, accounts for users, and users sign the nonce.
//
// MODEL: as nats-server in operator mode. Only JWTs count; names, passwords and nkeys in CONNECT are
// not looked at. A user's JWT is judged by: its form and signature; its times; the account that
// issued it, which must be known, signed by a trusted operator's key, and not expired; the key that
// signed it, which is the account's or one of its signing keys, and then bound to that key's scope; the
// kind of connection; the nonce, unless it is a bearer token; revocation; network and time of the day.
// An account may have a service that decides who its users are (callout_exchange.h). Then a user's JWT
// only opens the way to it, but for those who run it; what it answers is the JWT of a user of that account
// or of one that it may place users in, and is judged as above.
// INVARIANTS: whatever is missing, unknown or malformed refuses. The same checks run again after a
// reload, but for the two signatures, which were checked for this connection.
// SHARD: any; immutable.
#pragma once

#include <absl/container/flat_hash_map.h>
#include <absl/container/flat_hash_set.h>

#include <memory>
#include <string>
#include <vector>

#include "broker/auth/authenticator.h"
#include "broker/auth/callout_exchange.h"
#include "protocol/nats/claims.h"
#include "protocol/nats/operator_trust.h"

namespace antiphon {

struct OperatorSettings {
  OperatorTrust trust;
  struct Account {
    std::shared_ptr<const AccountClaims> claims;
    AccountId id;
    std::string name;  // its nkey
  };
  std::vector<Account> accounts;
  std::shared_ptr<const CalloutExchange> callouts;  // null: no account has a service
  std::string default_sentinel;  // the JWT of those who send none; empty: they are refused
  std::vector<Ed25519PublicKey> pinned_accounts;  // whose users alone come in; empty: all
  std::vector<Ed25519PublicKey> deleted_accounts;  // whose users have to go
};

class JwtAuthenticator final : public Authenticator {
 public:
  explicit JwtAuthenticator(OperatorSettings settings);

  bool requires_connect() const override { return true; }
  bool accepts_anonymous() const override { return false; }
  bool needs_nonce() const override { return true; }
  LoginCost cost(const ConnectOptions& options) const override;
  Verdict decide(const ConnectOptions& options, const ConnectionFacts& facts) const override;
  bool calls_out() const override { return calls_out_; }
  Verdict decide_called_out(const CalloutQuestion& question, std::string_view answer,
                            const ConnectionFacts& facts) const override;
  LoginCost cost_again(const LoginRecord&) const override { return LoginCost::kQuick; }
  Verdict decide_again(const LoginRecord& record, const ConnectionFacts& facts) const override;

 private:
  using Key = Ed25519PublicKey;
  struct Account {
    AccountId id;
    std::string name;
    std::shared_ptr<const AccountClaims> claims;
    absl::flat_hash_map<Key, std::shared_ptr<const UserLimits>> signers;  // null: without a scope
    std::shared_ptr<const Permissions> default_permissions;
    std::shared_ptr<const Permissions> of_servers;  // the same for those who run its service
    absl::flat_hash_set<Key> auth_users;
    std::string fault;  // why none of its users is let in; empty: they may be
  };

  Account account_of(OperatorSettings::Account settings) const;
  // Who made the claims known: the user itself, or a service that was asked about it.
  enum class Source : uint8_t { kUser, kService };

  Verdict decide_claims(std::shared_ptr<const UserClaims> claims, const ConnectOptions& options,
                        const ConnectionFacts& facts) const;
  // What does not depend on signatures.
  Verdict judge(std::shared_ptr<const UserClaims> claims, Source source,
                const ConnectionFacts& facts) const;
  // The same of what the service of the account `asked_for` said.
  Verdict judge_called_out(const Key& asked_for, std::shared_ptr<const UserClaims> claims,
                           const std::string& shown, const ConnectionFacts& facts) const;
  // Whether a service decides about a user who may enter the account otherwise.
  static bool is_delegated(const Account& account, const UserClaims& claims);
  Verdict ask(const Account& account, const UserClaims& claims, const ConnectOptions& options,
              const ConnectionFacts& facts) const;
  const Account* account_of_user(const UserClaims& claims) const;
  std::shared_ptr<const Permissions> permissions_of(const Account& account, const UserClaims& claims,
                                                    bool are_default,
                                                    PermissionSettings settings) const;
  // Grants, or says why not. `limits` are the user's own or its scope's.
  Verdict grant(std::shared_ptr<const UserClaims> claims, const Account& account,
                const UserLimits& limits, bool is_scoped, Source source,
                const ConnectionFacts& facts) const;

  const OperatorTrust trust_;
  absl::flat_hash_map<Key, Account> accounts_;
  absl::flat_hash_set<Key> pinned_;  // empty: all
  absl::flat_hash_set<Key> deleted_;
  const std::string sentinel_;
  std::shared_ptr<const UserClaims> sentinel_claims_;  // null: there is none
  const std::shared_ptr<const CalloutExchange> callouts_;
  bool calls_out_ = false;
};

}  // namespace antiphon
