// `antiphon jwt provisioning`: makes the token of nodes that wait to be provisioned.
#pragma once

#include <CLI/CLI.hpp>

#include "cli/jwt/jwt_action.h"

namespace antiphon::jwt {

// action is set when this subcommand is the one that was given.
void add_provisioning(CLI::App& jwt, Action& action);

}  // namespace antiphon::jwt
