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
      passwords_.insert_or_assign(std::move(user.user), std::move(user.password));
    }
  }
  bool requires_connect() const override { return true; }
  bool accepts_anonymous() const override { return !no_auth_user_.empty(); }
  bool is_slow(const ConnectOptions& options) const override {
    const auto found = passwords_.find(options.user);
    return found != passwords_.end() && is_bcrypt(found->second);
  }
  Verdict decide(const ConnectOptions& options) const override {
    if (accepts_anonymous() && !has_credentials(options)) return allowed_as(no_auth_user_);
    const auto found = passwords_.find(options.user);
    if (found == passwords_.end()) return {};
    return secret_matches(found->second, options.pass) ? allowed_as(options.user) : Verdict{};
  }

 private:
  TextMap<std::string> passwords_;
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
