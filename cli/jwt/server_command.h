// `antiphon jwt server`: makes a server's token.
#pragma once

#include <CLI/CLI.hpp>

#include "cli/jwt/jwt_action.h"

namespace antiphon::jwt {

// action is set when this subcommand is the one that was given.
void add_server(CLI::App& jwt, Action& action);

}  // namespace antiphon::jwt
