// Compares a secret a client sent with the one the configuration holds, plain or bcrypt.
#pragma once

#include <string>
#include <string_view>

namespace antiphon {

// "$2a$11$...": the form of a bcrypt hash.
bool is_bcrypt(std::string_view secret);

// In time that does not depend on where they differ. bcrypt takes tens of milliseconds and more.
bool secret_matches(const std::string& configured, std::string_view given);

}  // namespace antiphon
