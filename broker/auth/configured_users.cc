// Users, a single user or a token, as the authorization block of a configuration lists them.

#include "broker/auth/authenticator.h"
#include "broker/auth/password.h"
#include "broker/auth/password_record.h"
#include "protocol/bytes/text.h"

namespace antiphon {
namespace {

Verdict allowed_as(std::string user) {
  Verdict verdict;
  verdict.allowed = true;
  verdict.grant.user = std::move(user);
  return verdict;
}

// Those who judge passwords judge them again just as the first time.
class ByPassword : public Authenticator {
 public:
  Verdict decide(const ConnectOptions& options, const ConnectionFacts&) const final {
    Verdict verdict = decide_on(options);
    if (verdict.allowed) verdict.record = PasswordRecord::of(options);
    return verdict;
  }
  LoginCost cost_again(const LoginRecord& record) const final {
    const auto* passwords = dynamic_cast<const PasswordRecord*>(&record);
    return passwords == nullptr ? LoginCost::kQuick : cost(passwords->options());
  }
  Verdict decide_again(const LoginRecord& record, const ConnectionFacts& facts) const final {
    const auto* passwords = dynamic_cast<const PasswordRecord*>(&record);
    if (passwords == nullptr) return refused("its way to log in is not configured any more");
    return decide(passwords->options(), facts);
  }

 private:
  virtual Verdict decide_on(const ConnectOptions& options) const = 0;
};

class Everyone final : public Authenticator {
 public:
  bool requires_connect() const override { return false; }
  bool accepts_anonymous() const override { return true; }
  LoginCost cost(const ConnectOptions&) const override { return LoginCost::kQuick; }
  LoginCost cost_again(const LoginRecord&) const override { return LoginCost::kQuick; }
  // Keeps passwords nobody asked for: the next configuration may.
  Verdict decide(const ConnectOptions& options, const ConnectionFacts&) const override {
    Verdict verdict = allowed_as(options.user);
    verdict.record = PasswordRecord::of(options);
    return verdict;
  }
  Verdict decide_again(const LoginRecord& record, const ConnectionFacts& facts) const override {
    const auto* passwords = dynamic_cast<const PasswordRecord*>(&record);
    return decide(passwords == nullptr ? ConnectOptions() : passwords->options(), facts);
  }
};

class SingleToken final : public ByPassword {
 public:
  explicit SingleToken(std::string token) : token_(std::move(token)) {}
  bool requires_connect() const override { return true; }
  bool accepts_anonymous() const override { return false; }
  LoginCost cost(const ConnectOptions& options) const override {
    return is_bcrypt(token_) && !options.auth_token.empty() ? LoginCost::kLong : LoginCost::kQuick;
  }

 private:
  Verdict decide_on(const ConnectOptions& options) const override {
    // The token itself must not become the name that monitoring shows.
    return secret_matches(token_, options.auth_token) ? allowed_as("[REDACTED]")
                                                      : refused("the token is wrong");
  }

  const std::string token_;
};

class UserTable final : public ByPassword {
 public:
  explicit UserTable(AuthSettings settings) : no_auth_user_(std::move(settings.no_auth_user)) {
    for (UserSettings& user : settings.users) {
      if (stand_in_.empty() && is_bcrypt(user.password)) stand_in_ = user.password;
      std::shared_ptr<const Permissions> permissions;
      if (user.permissions) {
        permissions = std::make_shared<Permissions>(*std::move(user.permissions));
      }
      users_.insert_or_assign(std::move(user.user),
                              User{std::move(user.password), std::move(permissions),
                                   user.account, std::move(user.account_name)});
    }
  }
  bool requires_connect() const override { return true; }
  bool accepts_anonymous() const override { return !no_auth_user_.empty(); }
  LoginCost cost(const ConnectOptions& options) const override {
    if (accepts_anonymous() && !has_credentials(options)) return LoginCost::kQuick;
    return is_bcrypt(password_of(options.user)) ? LoginCost::kLong : LoginCost::kQuick;
  }

 private:
  struct User {
    std::string password;
    std::shared_ptr<const Permissions> permissions;
    AccountId account;
    std::string account_name;
  };

  Verdict decide_on(const ConnectOptions& options) const override {
    if (accepts_anonymous() && !has_credentials(options)) return grant(no_auth_user_);
    const bool matches = secret_matches(password_of(options.user), options.pass);
    return matches ? grant(options.user) : refused("the user or its password is wrong");
  }
  // Refuses a name that nobody has.
  Verdict grant(const std::string& name) const {
    const auto found = users_.find(name);
    if (found == users_.end()) return refused("the user or its password is wrong");
    Verdict verdict = allowed_as(name);
    verdict.grant.permissions = found->second.permissions;
    verdict.grant.account = found->second.account;
    verdict.grant.account_name = found->second.account_name;
    return verdict;
  }
  // For a name that nobody has: a password of somebody, so that the time a refusal takes does not
  // tell which names there are.
  const std::string& password_of(const std::string& user) const {
    const auto found = users_.find(user);
    return found == users_.end() ? stand_in_ : found->second.password;
  }

  TextMap<User> users_;
  std::string stand_in_;  // empty when no password is a hash
  const std::string no_auth_user_;
};

}  // namespace

std::shared_ptr<const Authenticator> make_authenticator(AuthSettings settings) {
  if (!settings.users.empty()) return std::make_shared<UserTable>(std::move(settings));
  if (!settings.token.empty()) return std::make_shared<SingleToken>(std::move(settings.token));
  if (!settings.user.empty() || !settings.password.empty()) {
    AuthSettings single;
    single.users.push_back({std::move(settings.user), std::move(settings.password)});
    return std::make_shared<UserTable>(std::move(single));
  }
  return std::make_shared<Everyone>();
}

}  // namespace antiphon
