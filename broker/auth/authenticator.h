// Decides who a client is and what it gets, from what its CONNECT says.
//
// WHY an interface: users and tokens from the configuration are one way; nkeys, JWTs and Choria
// tokens are others. A session asks and obeys; it knows none of them.
// SHARD: any; immutable once made, replaced as a whole on reload.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "broker/auth/permissions.h"
#include "broker/runtime/strong_id.h"
#include "protocol/nats/connect_options.h"

namespace antiphon {

// What a client was granted.
struct Grant {
  AccountId account = kGlobalAccount;
  std::string account_name = "$G";
  std::string user;  // as shown in monitoring; empty when none was needed
  std::shared_ptr<const Permissions> permissions;  // null: may do everything
};

struct Verdict {
  bool allowed = false;
  Grant grant;
};

class Authenticator {
 public:
  virtual ~Authenticator() = default;

  // Whether a client must send credentials (INFO's auth_required) and so must CONNECT first.
  virtual bool requires_connect() const = 0;
  // Whether a client without credentials is somebody all the same (no_auth_user).
  virtual bool accepts_anonymous() const = 0;
  // Whether decide() takes so long (password hashing) that it must not run on a shard.
  virtual bool is_slow(const ConnectOptions& options) const = 0;
  virtual Verdict decide(const ConnectOptions& options) const = 0;
};

struct UserSettings {
  std::string user;
  std::string password;  // plain or bcrypt
  std::optional<PermissionSettings> permissions = std::nullopt;  // none: everything
  AccountId account = kGlobalAccount;
  std::string account_name = "$G";
};

// Who may connect, as a configuration says it.
struct AuthSettings {
  std::string user;  // the single user
  std::string password;
  std::string token;  // plain or bcrypt
  std::vector<UserSettings> users;  // of all accounts; each name once
  std::string no_auth_user;  // one of `users`; empty: none
};

std::shared_ptr<const Authenticator> make_authenticator(AuthSettings settings);

}  // namespace antiphon
