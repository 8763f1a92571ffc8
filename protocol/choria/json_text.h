// Writes JSON byte for byte as Go's encoding/json does.
//
// WHY: signatures and hashes cover exact bytes, and peers are compared with the reference byte for
// byte. So `<`, `>`, `&`, U+2028 and U+2029 are escaped as Go does by default, and bytes that are
// not UTF-8 become \ufffd.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace antiphon::choria {

void append_json_strings(std::span<const std::string> texts, std::string& out);
void append_integer(int64_t value, std::string& out);
// A member of an object: `prefix` is what stands before the text, as `,"name":`.
void append_member(std::string_view prefix, std::string_view text, std::string& out);
// The same in base64, as Go writes bytes.
void append_bytes_member(std::string_view prefix, std::string_view bytes, std::string& out);

// Copies one JSON value without its white space, escaping inside strings like Go does for a
// RawMessage. False, and out unchanged, if raw is not one JSON value.
[[nodiscard]] bool append_json_compact(std::string_view raw, std::string& out);

}  // namespace antiphon::choria
