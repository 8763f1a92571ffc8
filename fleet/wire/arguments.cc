#include "fleet/wire/arguments.h"

#include <CLI/CLI.hpp>

namespace antiphon::fleet {

std::optional<int> parse_arguments(CLI::App& app, int argc, char** argv) {
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kStatusUsage;
  }
  return std::nullopt;
}

}  // namespace antiphon::fleet
