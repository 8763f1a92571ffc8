// A scene in which clients need a name and a password, or may be guests.
#pragma once

#include <string_view>

#include "tests/unit/broker/session/scene.h"

namespace antiphon {

class LoginScene : public Scene {
 protected:
  void require_password() {
    AuthSettings settings;
    settings.users = {{"joe", "secret"}, {"guest", ""}};
    settings_.session.authenticator = make_authenticator(settings);
  }
  void allow_guest() {
    AuthSettings settings;
    settings.users = {{"joe", "secret"}, {"guest", ""}};
    settings.no_auth_user = "guest";
    settings_.session.authenticator = make_authenticator(settings);
  }
  static constexpr std::string_view kViolation = "-ERR 'Authorization Violation'\r\n";
};

}  // namespace antiphon
