// Decides who a client is and what it gets, from what its CONNECT says and how it came.
//
// WHY an interface: users and tokens from the configuration are one way; nkeys, JWTs and Choria
// tokens are others. A session asks and obeys; it knows none of them.
// SHARD: any; immutable once made, replaced as a whole on reload. LIMITS: one that answers kQuick
// does so on the shard; kBrief and kLong are asked on other threads where there are some.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "broker/auth/login.h"

namespace antiphon {

class Authenticator {
 public:
  virtual ~Authenticator() = default;

  // Whether a client must send credentials (INFO's auth_required) and so must CONNECT first.
  virtual bool requires_connect() const = 0;
  // Whether a client without credentials is somebody all the same (no_auth_user).
  virtual bool accepts_anonymous() const = 0;
  // Whether some clients have to sign a nonce, so that INFO must tell each one.
  virtual bool needs_nonce() const { return false; }

  virtual LoginCost cost(const ConnectOptions& options) const = 0;
  virtual Verdict decide(const ConnectOptions& options, const ConnectionFacts& facts) const = 0;

  // Whether a verdict may be a question to a service (Verdict::callout).
  virtual bool calls_out() const { return false; }
  // What follows of the service's answer; it costs signatures.
  virtual Verdict decide_called_out(const CalloutQuestion&, std::string_view,
                                    const ConnectionFacts&) const {
    return refused("nobody was asked about it");
  }

  // The same for somebody who was let in before, perhaps by another authenticator: whether it may
  // stay and what it gets now. A record that this one does not know is refused.
  virtual LoginCost cost_again(const LoginRecord& record) const = 0;
  virtual Verdict decide_again(const LoginRecord& record, const ConnectionFacts& facts) const = 0;

  // Somebody who was let in goes, as facts.event says, and this one was not asked: for who records
  // logins. record may be null, as in a verdict.
  virtual void tell_end(const LoginRecord* /*record*/, const ConnectionFacts& /*facts*/,
                        std::string_view /*reason*/) const {}
};

struct UserSettings {
  std::string user;
  std::string password;  // plain or bcrypt
  std::optional<PermissionSettings> permissions = std::nullopt;  // none: everything
  AccountId account = kGlobalAccount;
  std::string account_name = "$G";
  std::string nkey = {};  // a public user key; then name and password are empty
  ConnectionKinds connection_kinds = {};
};

// Who may connect, as a configuration says it.
struct AuthSettings {
  std::string user;  // the single user
  std::string password;
  std::string token;  // plain or bcrypt
  std::vector<UserSettings> users;  // of all accounts; each name once
  std::string no_auth_user;  // one of `users`; empty: none
  bool map_certificates = false;  // verified certificates say which of `users` a client is
};

std::shared_ptr<const Authenticator> make_authenticator(AuthSettings settings);

}  // namespace antiphon
