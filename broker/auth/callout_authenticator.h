// A configuration's users, and a service that decides about everybody else (auth_callout).
//
// MODEL: the users of the configuration are looked at first. Those of `auth_users` run the service and
// stand or fall with their password. Of the others, whoever is in an account that is not delegated is
// let in or not as if there were no service; for all the rest the service has the only word: who has no
// password here, a wrong one, or the right one. What it answers is a user's JWT, signed by `issuer`,
// whose audience is the account the client comes to.
// INVARIANTS: a reload judges that JWT again and does not ask again, so that nothing of CONNECT has to
// be kept, and a fleet does not fall upon the service; how long its word holds is for its `exp`.
// SHARD: any; immutable.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "broker/auth/authenticator.h"
#include "broker/auth/callout_exchange.h"
#include "protocol/bytes/text.h"

namespace antiphon {

struct CalloutSettings {
  std::string issuer;  // nkey of an account
  AccountId account;
  std::vector<std::string> auth_users;
  std::vector<std::string> allowed_accounts;  // empty: all are delegated
  std::optional<XkeyPublic> xkey;  // questions are sealed for it
  struct Account {
    AccountId id;
    std::string name;
    std::optional<PermissionSettings> default_permissions;
  };
  std::vector<Account> accounts;  // all there are
};

class CalloutAuthenticator final : public Authenticator {
 public:
  CalloutAuthenticator(CalloutSettings settings, std::shared_ptr<const Authenticator> users,
                       CalloutExchange exchange);

  bool requires_connect() const override { return true; }
  bool accepts_anonymous() const override { return has_users() && users_->accepts_anonymous(); }
  bool needs_nonce() const override { return users_->needs_nonce(); }
  bool calls_out() const override { return true; }
  LoginCost cost(const ConnectOptions& options) const override;
  Verdict decide(const ConnectOptions& options, const ConnectionFacts& facts) const override;
  Verdict decide_called_out(const CalloutQuestion& question, std::string_view answer,
                            const ConnectionFacts& facts) const override;
  LoginCost cost_again(const LoginRecord& record) const override;
  Verdict decide_again(const LoginRecord& record, const ConnectionFacts& facts) const override;

 private:
  struct Account {
    AccountId id;
    std::shared_ptr<const Permissions> default_permissions;  // null: everything
  };

  // Without any, what `users_` grants proves nothing.
  bool has_users() const { return users_->requires_connect(); }
  bool serves(const std::string& user) const { return auth_users_.contains(user); }
  // Whether the client says that it is one of those who serve: then nobody else is asked.
  bool claims_to_serve(const ConnectOptions& options) const;
  bool is_delegated(const Verdict& verdict) const;
  Verdict keep(Verdict verdict) const;
  Verdict ask(const ConnectOptions& options, const ConnectionFacts& facts,
              const Verdict& verdict) const;
  Verdict judge(std::shared_ptr<const UserClaims> claims, const std::string& shown,
                const ConnectionFacts& facts) const;

  const std::shared_ptr<const Authenticator> users_;
  const CalloutExchange exchange_;
  const std::string issuer_;
  Ed25519PublicKey issuer_key_{};
  const AccountId account_;
  const std::optional<XkeyPublic> xkey_;
  TextSet auth_users_;
  TextSet delegated_;  // empty: all
  TextMap<Account> accounts_;
  std::shared_ptr<const Permissions> of_servers_;  // who serves and has no permissions of its own
  std::shared_ptr<const Permissions> of_clients_;
};

}  // namespace antiphon
