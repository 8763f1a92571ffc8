// `antiphon federation permissions`: what a federation broker's tokens must allow, and how to make
// them.
#pragma once

#include <string>

#include "federation/relay/relay_settings.h"

namespace antiphon {

// For each side its subjects, and the command that makes a token which allows these and nothing more.
std::string federation_permissions_text(const federation::RelaySettings& settings);

// Of the broker with this configuration. 0; 1 if it cannot be read.
int federation_permissions(const std::string& config);

}  // namespace antiphon
