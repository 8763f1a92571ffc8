// What a subcommand of `antiphon jwt` leaves to be done once all flags are read.
#pragma once

#include <functional>
#include <string_view>

#include "fleet/wire/arguments.h"

namespace antiphon::jwt {

inline constexpr int kStatusFailed = 1;
using fleet::kStatusUsage;

using Action = std::function<int()>;

// Prints "antiphon jwt: text" to standard error; returns status.
int fail(int status, std::string_view text);

}  // namespace antiphon::jwt
