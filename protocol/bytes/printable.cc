#include "protocol/bytes/printable.h"

#include <algorithm>

#include "protocol/bytes/json_text.h"

namespace antiphon {
namespace {

constexpr char kHex[] = "0123456789abcdef";
constexpr uint32_t kDelete = 0x7F;
constexpr uint32_t kAsciiEnd = 0x80;

// The letter of a control character's short escape, or 0.
char short_escape(char c) {
  switch (c) {
    case '\a': return 'a';
    case '\b': return 'b';
    case '\f': return 'f';
    case '\n': return 'n';
    case '\r': return 'r';
    case '\t': return 't';
    case '\v': return 'v';
    default: return 0;
  }
}

void append_x_escape(std::string& out, char c) {
  const auto byte = static_cast<unsigned char>(c);
  out += "\\x";
  out += kHex[byte >> 4];
  out += kHex[byte & 0xF];
}

bool is_printable_ascii(char c) { return c >= ' ' && static_cast<unsigned char>(c) < kDelete; }

void append_ascii(std::string& out, char c) {
  if (is_printable_ascii(c)) {
    out += c;
  } else if (const char letter = short_escape(c)) {
    out += '\\';
    out += letter;
  } else {
    append_x_escape(out, c);
  }
}

// Go prints these runes escaped although they are valid: they are not "graphic".
bool is_unprintable(uint32_t rune) {
  return (rune >= 0x80 && rune <= 0xA0) || rune == 0xAD || (rune >= 0x2000 && rune <= 0x200F) ||
         (rune >= 0x2028 && rune <= 0x202F) || (rune >= 0x205F && rune <= 0x206F) ||
         rune == 0x3000 || rune == 0xFEFF || (rune >= 0xE000 && rune <= 0xF8FF) || rune >= 0xE0000;
}

// Whether UTF-8 has one of U+007F to U+009F at `at`: "\x7F", or "\xC2\x80" to "\xC2\x9F".
bool is_late_control(std::string_view utf8, size_t at) {
  if (utf8[at] == '\x7F') return true;
  if (utf8[at] != '\xC2' || at + 1 == utf8.size()) return false;
  return static_cast<unsigned char>(utf8[at + 1]) < 0xA0;
}

}  // namespace

void append_u_escape(std::string& out, uint32_t value) {
  out += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) out += kHex[(value >> shift) & 0xF];
}

void append_printable_rune(std::string& out, std::string_view text, const Utf8Rune& rune) {
  if (!rune.valid) {
    append_x_escape(out, text[0]);
  } else if (rune.value < kAsciiEnd) {
    append_ascii(out, text[0]);
  } else if (!is_unprintable(rune.value)) {
    out.append(text.substr(0, rune.bytes));
  } else if (rune.value <= 0xFFFF) {
    append_u_escape(out, rune.value);
  } else {
    out += "\\U00";
    for (int shift = 20; shift >= 0; shift -= 4) out += kHex[(rune.value >> shift) & 0xF];
  }
}

void append_printable(std::string& out, std::string_view text) {
  while (!text.empty()) {
    const auto plain = static_cast<size_t>(
        std::find_if_not(text.begin(), text.end(), is_printable_ascii) - text.begin());
    out.append(text.substr(0, plain));
    text.remove_prefix(plain);
    if (text.empty()) return;
    const Utf8Rune rune = decode_rune(text);
    append_printable_rune(out, text, rune);
    text.remove_prefix(rune.bytes);
  }
}

void append_printable_json(std::string& out, std::string_view text) {
  if (text.find('\x7F') == text.npos && text.find('\xC2') == text.npos) {
    return append_json_string(out, text);
  }
  std::string json;
  append_json_string(json, text);
  for (size_t at = 0; at < json.size(); ++at) {
    if (!is_late_control(json, at)) {
      out += json[at];
    } else if (json[at] == '\x7F') {
      append_u_escape(out, kDelete);
    } else {
      append_u_escape(out, static_cast<unsigned char>(json[++at]));
    }
  }
}

}  // namespace antiphon
