// Bytes as hexadecimal text.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace antiphon {

// Lower case.
std::string to_hex(std::string_view bytes);
// Either case. Nothing unless all of text is whole bytes.
std::optional<std::string> from_hex(std::string_view text);

}  // namespace antiphon
