// Users of a configuration: by name and password, by nkey, or by the names in their certificate.
//
// MODEL: as nats-server decides. A CONNECT that names an nkey stands or falls with it where there are
// such users. Else, with map_certificates, the verified certificate says who the client is: the first
// of its mail addresses, DNS names and URIs that is a user's name, then the user whose name is its
// subject part by part, then one with the same parts in another order. Else name and password count,
// and who sends none is the no_auth_user. A password given to a user counts for mapped ones too.
// SHARD: any; immutable.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "broker/auth/authenticator.h"
#include "protocol/bytes/text.h"
#include "protocol/nats/distinguished_name.h"
#include "protocol/nats/nkey.h"

namespace antiphon {

class UserTable final : public Authenticator {
 public:
  explicit UserTable(AuthSettings settings);

  bool requires_connect() const override { return true; }
  bool accepts_anonymous() const override { return !no_auth_user_.empty(); }
  bool needs_nonce() const override { return !nkeys_.empty(); }
  LoginCost cost(const ConnectOptions& options) const override;
  Verdict decide(const ConnectOptions& options, const ConnectionFacts& facts) const override;
  LoginCost cost_again(const LoginRecord& record) const override;
  Verdict decide_again(const LoginRecord& record, const ConnectionFacts& facts) const override;

 private:
  struct User {
    std::string shown;  // its name or nkey
    std::string password;
    std::shared_ptr<const Permissions> permissions;
    AccountId account;
    std::string account_name;
    ConnectionKinds kinds;
  };
  using Users = TextMap<std::shared_ptr<const User>>;

  void add(UserSettings settings);
  bool is_anonymous(const ConnectOptions& options) const;
  Verdict decide_by_nkey(const ConnectOptions& options, const ConnectionFacts& facts) const;
  Verdict decide_by_certificate(const ConnectOptions& options, const ConnectionFacts& facts) const;
  Verdict decide_by_password(const ConnectOptions& options, const ConnectionFacts& facts) const;
  Verdict decide_anonymous(const ConnectionFacts& facts) const;
  const User* user_of_certificate(const ConnectionFacts& facts) const;
  const User* user_of_subject(const DistinguishedName& subject, const ConnectionFacts& facts) const;
  const std::string& password_of(const std::string& name) const;

  Users users_;  // by name
  Users nkeys_;  // by nkey
  struct NamedUser {
    DistinguishedName name;
    std::shared_ptr<const User> user;
  };
  std::vector<NamedUser> named_;  // with map_certificates, those whose name is a distinguished one
  std::string stand_in_;  // empty when no password is a hash
  const std::string no_auth_user_;
  const bool map_certificates_;
};

}  // namespace antiphon
