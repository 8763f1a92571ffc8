// Finds well-formed UTF-8, and spells code points.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace antiphon::choria {

// What Go's JSON puts in the place of every byte that is not UTF-8.
inline constexpr std::string_view kReplacement = "\xef\xbf\xbd";

// Bytes of the code point that starts at text[i], 1 to 4, or 0 if none does (overlong forms,
// surrogates and values beyond U+10FFFF are none).
size_t utf8_length_at(std::string_view text, size_t i);
void append_utf8(uint32_t code_point, std::string& out);
// Code points in text; a byte that is not UTF-8 counts as one.
size_t count_letters(std::string_view text);

}  // namespace antiphon::choria
