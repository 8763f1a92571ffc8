// Everybody, a single user or a token, as the authorization block of a configuration lists them.

#include "broker/auth/authenticator.h"
#include "broker/auth/password.h"
#include "broker/auth/password_record.h"
#include "broker/auth/user_table.h"

namespace antiphon {
namespace {

Verdict allowed_as(std::string user) {
  Verdict verdict;
  verdict.allowed = true;
  verdict.grant.user = std::move(user);
  return verdict;
}

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

class SingleToken final : public Authenticator {
 public:
  explicit SingleToken(std::string token) : token_(std::move(token)) {}
  bool requires_connect() const override { return true; }
  bool accepts_anonymous() const override { return false; }
  LoginCost cost(const ConnectOptions& options) const override {
    return is_bcrypt(token_) && !options.auth_token.empty() ? LoginCost::kLong : LoginCost::kQuick;
  }
  Verdict decide(const ConnectOptions& options, const ConnectionFacts&) const override {
    if (!secret_matches(token_, options.auth_token)) return refused("the token is wrong");
    // The token itself must not become the name that monitoring shows.
    Verdict verdict = allowed_as("[REDACTED]");
    verdict.record = PasswordRecord::of(options);
    return verdict;
  }
  LoginCost cost_again(const LoginRecord& record) const override {
    const auto* passwords = dynamic_cast<const PasswordRecord*>(&record);
    return passwords == nullptr ? LoginCost::kQuick : cost(passwords->options());
  }
  Verdict decide_again(const LoginRecord& record, const ConnectionFacts& facts) const override {
    const auto* passwords = dynamic_cast<const PasswordRecord*>(&record);
    if (passwords == nullptr) return refused("its way to log in is not configured any more");
    return decide(passwords->options(), facts);
  }

 private:
  const std::string token_;
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
