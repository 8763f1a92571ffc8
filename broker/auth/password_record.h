// The names and secrets that a client logged in with, kept so that a reload can compare them again.
#pragma once

#include <memory>
#include <string>

#include "broker/auth/login.h"

namespace antiphon {

class PasswordRecord final : public LoginRecord {
 public:
  PasswordRecord(std::string user, std::string pass, std::string auth_token)
      : user_(std::move(user)), pass_(std::move(pass)), auth_token_(std::move(auth_token)) {}
  std::unique_ptr<LoginRecord> copy() const override {
    return std::make_unique<PasswordRecord>(*this);
  }

  // Null when there are none of them in `options`.
  static std::unique_ptr<PasswordRecord> of(const ConnectOptions& options) {
    if (options.user.empty() && options.pass.empty() && options.auth_token.empty()) return nullptr;
    return std::make_unique<PasswordRecord>(options.user, options.pass, options.auth_token);
  }
  ConnectOptions options() const {
    ConnectOptions options;
    options.user = user_;
    options.pass = pass_;
    options.auth_token = auth_token_;
    return options;
  }

 private:
  std::string user_;
  std::string pass_;
  std::string auth_token_;
};

}  // namespace antiphon
