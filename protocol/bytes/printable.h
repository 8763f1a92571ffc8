// Text of strangers made fit for a line of a log or a terminal: nothing in it moves a cursor, ends the
// line or pretends to be another one.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "protocol/bytes/utf8.h"

namespace antiphon {

// Appends `text` with what is not printable escaped: `\n`-style escapes, `\x1b` for other control
// characters and for bytes that are not UTF-8, `\u009b` for later ones and for what shows nothing.
// All else stays as it is, quotes and backslashes too.
void append_printable(std::string& out, std::string_view text);

// The same for `rune`, which is what `text` begins with.
void append_printable_rune(std::string& out, std::string_view text, const Utf8Rune& rune);

// As append_json_string of json_text.h, with U+007F to U+009F escaped, too, which Go leaves as they are.
// To a reader of JSON both are the same.
void append_printable_json(std::string& out, std::string_view text);

// `\u` and four hexadecimal digits. REQUIRES: `value` is at most 0xFFFF.
void append_u_escape(std::string& out, uint32_t value);

}  // namespace antiphon
