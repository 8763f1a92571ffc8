// `antiphon jwt client`: makes a client's token.
#pragma once

#include <CLI/CLI.hpp>

#include "cli/jwt/jwt_action.h"

namespace antiphon::jwt {

// action is set when this subcommand is the one that was given.
void add_client(CLI::App& jwt, Action& action);

}  // namespace antiphon::jwt
