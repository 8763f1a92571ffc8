// The command line options that say as whom to log in; alike for every command that is a client.
//
// SECRETS: they come from files or from the environment, never from the command line, which everybody
// on the machine can read.
#pragma once

#include <absl/status/statusor.h>

#include <string>

#include "fleet/wire/connect_line.h"

namespace CLI {
class App;
}

namespace antiphon::fleet {

struct LoginFlags {
  std::string user;
  std::string password_file;
  std::string token_file;
  std::string nkey_file;
  std::string creds_file;
};

// Adds the options to a command; they are stored in `flags` when it is parsed.
void add_login_flags(CLI::App& command, LoginFlags& flags);

// Reads the files. The error names what is wrong.
absl::StatusOr<Credentials> credentials(const LoginFlags& flags);

}  // namespace antiphon::fleet
