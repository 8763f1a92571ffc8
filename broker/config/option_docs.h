// The reference of all options, written from the option table.
#pragma once

#include <string>

namespace antiphon {

// Markdown; docs/configuration.md is this text.
std::string options_markdown();

}  // namespace antiphon
