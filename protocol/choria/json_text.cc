#include "protocol/choria/json_text.h"

#include <array>
#include <charconv>

#include "protocol/choria/json_cursor.h"
#include "protocol/choria/utf8.h"

namespace antiphon::choria {
namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";
constexpr std::string_view kLineSeparator = "\xe2\x80\xa8";
constexpr std::string_view kParagraphSeparator = "\xe2\x80\xa9";

constexpr std::array<bool, 256> make_plain() {
  std::array<bool, 256> plain{};
  for (size_t i = 0x20; i < 0x80; ++i) plain[i] = true;
  for (const char c : std::string_view("\"\\<>&")) plain[static_cast<uint8_t>(c)] = false;
  return plain;
}
constexpr std::array<bool, 256> kPlain = make_plain();

// The letter behind the backslash; none for bytes that are written as \u00XX.
constexpr std::array<char, 128> make_escape_letters() {
  std::array<char, 128> letters{};
  constexpr std::string_view kBytes = "\"\\\b\f\n\r\t";
  constexpr std::string_view kLetters = "\"\\bfnrt";
  for (size_t i = 0; i < kBytes.size(); ++i) {
    letters[static_cast<uint8_t>(kBytes[i])] = kLetters[i];
  }
  return letters;
}
constexpr std::array<char, 128> kEscapeLetters = make_escape_letters();

void append_hex_escape(uint8_t byte, std::string& out) {
  out.append("\\u00");
  out.push_back(kHexDigits[byte >> 4]);
  out.push_back(kHexDigits[byte & 15]);
}

void append_ascii_escape(char c, std::string& out) {
  const char letter = kEscapeLetters[static_cast<uint8_t>(c)];
  if (letter == '\0') return append_hex_escape(static_cast<uint8_t>(c), out);
  const std::array<char, 2> escape = {'\\', letter};
  out.append(escape.data(), escape.size());
}

// Writes one code point beyond ASCII, returns its length in text.
size_t append_wide(std::string_view text, size_t i, std::string& out) {
  const size_t length = utf8_length_at(text, i);
  if (length == 0) {
    out.append("\\ufffd");
    return 1;
  }
  const std::string_view letter = text.substr(i, length);
  if (letter == kLineSeparator) {
    out.append("\\u2028");
  } else if (letter == kParagraphSeparator) {
    out.append("\\u2029");
  } else {
    out.append(letter);
  }
  return length;
}

// What a RawMessage is escaped to: escapes and bytes that are not UTF-8 stay as they are.
size_t append_compact_byte(std::string_view raw, size_t i, std::string& out) {
  const char c = raw[i];
  if (c == '<' || c == '>' || c == '&') {
    append_hex_escape(static_cast<uint8_t>(c), out);
    return 1;
  }
  const std::string_view letter = raw.substr(i, kLineSeparator.size());
  if (letter == kLineSeparator || letter == kParagraphSeparator) {
    return append_wide(raw, i, out);
  }
  out.push_back(c);
  return 1;
}

}  // namespace

void append_json_string(std::string_view text, std::string& out) {
  out.push_back('"');
  size_t i = 0;
  while (i < text.size()) {
    const size_t start = i;
    while (i < text.size() && kPlain[static_cast<uint8_t>(text[i])]) ++i;
    out.append(text.substr(start, i - start));
    if (i == text.size()) break;
    if (static_cast<uint8_t>(text[i]) < 0x80) {
      append_ascii_escape(text[i++], out);
    } else {
      i += append_wide(text, i, out);
    }
  }
  out.push_back('"');
}

void append_json_strings(std::span<const std::string> texts, std::string& out) {
  out.push_back('[');
  for (size_t i = 0; i < texts.size(); ++i) {
    if (i > 0) out.push_back(',');
    append_json_string(texts[i], out);
  }
  out.push_back(']');
}

void append_integer(int64_t value, std::string& out) {
  std::array<char, 24> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  out.append(digits.data(), end);
}

bool append_json_compact(std::string_view raw, std::string& out) {
  if (!is_json(raw)) return false;
  bool in_string = false;
  for (size_t i = 0; i < raw.size();) {
    const char c = raw[i];
    if (in_string) {
      if (c == '\\') {
        out.append(raw.substr(i, 2));
        i += 2;
        continue;
      }
      in_string = c != '"';
      i += append_compact_byte(raw, i, out);
      continue;
    }
    in_string = c == '"';
    if (c != ' ' && c != '\n' && c != '\t' && c != '\r') out.push_back(c);
    ++i;
  }
  return true;
}

}  // namespace antiphon::choria
