#include "cli/jwt/jwt_command.h"

#include <CLI/CLI.hpp>

#include "cli/jwt/check_command.h"
#include "cli/jwt/client_command.h"
#include "cli/jwt/keys_command.h"
#include "cli/jwt/provisioning_command.h"
#include "cli/jwt/server_command.h"
#include "cli/jwt/view_command.h"
#include "fleet/wire/arguments.h"

namespace antiphon {

int jwt_main(int argc, char** argv) {
  CLI::App app("Makes, shows and checks the tokens by which Choria's clients and servers log in",
               "antiphon jwt");
  app.require_subcommand(1);
  app.footer(
      "Seeds, private keys and passwords are only ever read from files, which nobody but their\n"
      "owner may be able to read. Exit status: 0, 1 if something failed or a check says no, 2 for\n"
      "wrong usage.");
  jwt::Action action;
  jwt::add_keys(app, action);
  jwt::add_client(app, action);
  jwt::add_server(app, action);
  jwt::add_provisioning(app, action);
  jwt::add_view(app, action);
  jwt::add_check(app, action);
  if (const auto status = fleet::parse_arguments(app, argc, argv)) return *status;
  return action();
}

}  // namespace antiphon
