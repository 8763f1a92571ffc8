#include "protocol/bytes/json_text.h"

#include <array>

#include "protocol/bytes/printable.h"
#include "protocol/bytes/utf8.h"

namespace antiphon {
namespace {

// The short escape of a control character, or 0.
char short_escape(char c) {
  switch (c) {
    case '\n': return 'n';
    case '\r': return 'r';
    case '\t': return 't';
    case '\b': return 'b';
    case '\f': return 'f';
    default: return 0;
  }
}

// Bytes that stand for themselves in a JSON string.
constexpr std::array<bool, 256> make_plain() {
  std::array<bool, 256> plain{};
  for (size_t i = 0x20; i < 0x80; ++i) plain[i] = true;
  for (const char c : std::string_view("\"\\<>&")) plain[static_cast<unsigned char>(c)] = false;
  return plain;
}
constexpr std::array<bool, 256> kPlain = make_plain();

size_t plain_prefix(std::string_view text) {
  size_t i = 0;
  while (i < text.size() && kPlain[static_cast<unsigned char>(text[i])]) ++i;
  return i;
}

// For ASCII that is not plain.
void append_json_ascii(std::string& out, char c) {
  if (c == '"' || c == '\\') {
    out += '\\';
    out += c;
  } else if (const char escape = short_escape(c)) {
    out += '\\';
    out += escape;
  } else {
    append_u_escape(out, static_cast<unsigned char>(c));
  }
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  while (true) {
    const size_t plain = plain_prefix(text);
    out.append(text.substr(0, plain));
    text.remove_prefix(plain);
    if (text.empty()) break;
    const Utf8Rune rune = decode_rune(text);
    if (!rune.valid) {
      out += "\\ufffd";
    } else if (rune.value < 0x80) {
      append_json_ascii(out, text[0]);
    } else if (rune.value == 0x2028 || rune.value == 0x2029) {
      append_u_escape(out, rune.value);
    } else {
      out.append(text.substr(0, rune.bytes));
    }
    text.remove_prefix(rune.bytes);
  }
  out += '"';
}

void append_go_quoted(std::string& out, std::string_view text) {
  out += '"';
  while (!text.empty()) {
    const Utf8Rune rune = decode_rune(text);
    if (text[0] == '"' || text[0] == '\\') out += '\\';
    append_printable_rune(out, text, rune);
    text.remove_prefix(rune.bytes);
  }
  out += '"';
}

}  // namespace antiphon
