// `antiphon jwt check`: says whether a broker that believes a key lets a token's holder in,
// and what the token grants.
#pragma once

#include <CLI/CLI.hpp>

#include "cli/jwt/jwt_action.h"

namespace antiphon::jwt {

// action is set when this subcommand is the one that was given.
void add_check(CLI::App& jwt, Action& action);

}  // namespace antiphon::jwt
