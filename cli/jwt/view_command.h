// `antiphon jwt view`: shows what a token says without asking whether it is true.
#pragma once

#include <CLI/CLI.hpp>

#include "cli/jwt/jwt_action.h"

namespace antiphon::jwt {

// action is set when this subcommand is the one that was given.
void add_view(CLI::App& jwt, Action& action);

}  // namespace antiphon::jwt
