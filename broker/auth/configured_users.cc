// Users, a single user or a token, as the authorization block of a configuration lists them.

#include "broker/auth/authenticator.h"
#include "broker/auth/password.h"
#include "protocol/bytes/text.h"

namespace antiphon {
namespace {

Verdict allowed_as(std::string user) {
  Verdict verdict;
  verdict.allowed = true;
  verdict.grant.user = std::move(user);
  return verdict;
}

bool has_credentials(const ConnectOptions& options) {
  return !options.user.empty() || !options.pass.empty() || !options.auth_token.empty() ||
         !options.nkey.empty();
}

class Everyone final : public Authenticator {
 public:
  bool requires_connect() const override { return false; }
  bool accepts_anonymous() const override { return true; }
  bool is_slow(const ConnectOptions&) const override { return false; }
  Verdict decide(const ConnectOptions& options) const override {
    return allowed_as(options.user);
  }
};

class SingleToken final : public Authenticator {
 public:
  explicit SingleToken(std::string token) : token_(std::move(token)) {}
  bool requires_connect() const override { return true; }
  bool accepts_anonymous() const override { return false; }
  bool is_slow(const ConnectOptions& options) const override {
    return is_bcrypt(token_) && !options.auth_token.empty();
  }
  Verdict decide(const ConnectOptions& options) const override {
    // The token itself must not become the name that monitoring shows.
    return secret_matches(token_, options.auth_token) ? allowed_as("[REDACTED]") : Verdict{};
  }

 private:
  const std::string token_;
};

class UserTable final : public Authenticator {
 public:
  UserTable(std::vector<UserSettings> users, std::string no_auth_user)
      : no_auth_user_(std::move(no_auth_user)) {
    for (UserSettings& user : users) {
      if (stand_in_.empty() && is_bcrypt(user.password)) stand_in_ = user.password;
      passwords_.insert_or_assign(std::move(user.user), std::move(user.password));
    }
  }
  bool requires_connect() const override { return true; }
  bool accepts_anonymous() const override { return !no_auth_user_.empty(); }
  bool is_slow(const ConnectOptions& options) const override {
    if (accepts_anonymous() && !has_credentials(options)) return false;
    return is_bcrypt(password_of(options.user));
  }
  Verdict decide(const ConnectOptions& options) const override {
    if (accepts_anonymous() && !has_credentials(options)) return allowed_as(no_auth_user_);
    const bool matches = secret_matches(password_of(options.user), options.pass);
    return matches && passwords_.contains(options.user) ? allowed_as(options.user) : Verdict{};
  }

 private:
  // For a name that nobody has: a password of somebody, so that the time a refusal takes does not
  // tell which names there are.
  const std::string& password_of(const std::string& user) const {
    const auto found = passwords_.find(user);
    return found == passwords_.end() ? stand_in_ : found->second;
  }

  TextMap<std::string> passwords_;
  std::string stand_in_;  // empty when no password is a hash
  const std::string no_auth_user_;
};

}  // namespace

std::shared_ptr<const Authenticator> make_authenticator(AuthSettings settings) {
  if (!settings.users.empty()) {
    return std::make_shared<UserTable>(std::move(settings.users), std::move(settings.no_auth_user));
  }
  if (!settings.token.empty()) return std::make_shared<SingleToken>(std::move(settings.token));
  if (!settings.user.empty() || !settings.password.empty()) {
    return std::make_shared<UserTable>(
        std::vector<UserSettings>{{std::move(settings.user), std::move(settings.password)}}, "");
  }
  return std::make_shared<Everyone>();
}

}  // namespace antiphon
