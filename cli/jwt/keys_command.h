// `antiphon jwt keys`: makes an Ed25519 key pair, or shows the public half of one.
#pragma once

#include <CLI/CLI.hpp>

#include "cli/jwt/jwt_action.h"

namespace antiphon::jwt {

// action is set when this subcommand is the one that was given.
void add_keys(CLI::App& jwt, Action& action);

}  // namespace antiphon::jwt
