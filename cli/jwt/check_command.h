// `antiphon jwt check`: says whether a token is to be believed, and what it grants.
#pragma once

#include <CLI/CLI.hpp>

#include "cli/jwt/jwt_action.h"

namespace antiphon::jwt {

// action is set when this subcommand is the one that was given.
void add_check(CLI::App& jwt, Action& action);

}  // namespace antiphon::jwt
