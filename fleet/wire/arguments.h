// Reading the command line, alike for every command of the program.
#pragma once

#include <optional>

namespace CLI {
class App;
}

namespace antiphon::fleet {

inline constexpr int kStatusUsage = 2;  // wrong arguments; what else a command fails in is its own

// The status to end with where there is nothing to do: help was asked for and shown, or the
// arguments are wrong, which was said.
[[nodiscard]] std::optional<int> parse_arguments(CLI::App& app, int argc, char** argv);

}  // namespace antiphon::fleet
