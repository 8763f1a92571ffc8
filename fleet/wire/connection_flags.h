// The command line options that say which broker to connect to, and as whom; alike for every
// command that is a client.
//
// SECRETS: see login_flags.h.
#pragma once

#include <absl/status/statusor.h>

#include <string>
#include <vector>

#include "fleet/wire/client_settings.h"
#include "fleet/wire/login_flags.h"

namespace CLI {
class App;
}

namespace antiphon::fleet {

struct ConnectionFlags {
  std::vector<std::string> servers = {"nats://127.0.0.1:4222"};
  std::string tls_cert_file;
  std::string tls_key_file;
  std::string tls_ca_file;
  bool insecure = false;
  bool tls_first = false;
  LoginFlags login;
  double timeout_s = 2.0;
};

// Adds the options to a command; they are stored in `flags` when it is parsed. `timeout_name` is
// the name of the option for how long a connection may take.
void add_connection_flags(CLI::App& command, ConnectionFlags& flags,
                          const std::string& timeout_name);

// Reads the files and resolves the names. The error names what is wrong.
absl::StatusOr<ClientSettings> client_settings(const ConnectionFlags& flags);

}  // namespace antiphon::fleet
