#include "protocol/choria/json_text.h"

#include <array>
#include <charconv>

#include "protocol/bytes/base64.h"
#include "protocol/bytes/json_text.h"
#include "protocol/choria/json_cursor.h"

namespace antiphon::choria {
namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";
constexpr std::string_view kLineSeparator = "\xe2\x80\xa8";
constexpr std::string_view kParagraphSeparator = "\xe2\x80\xa9";

void append_hex_escape(uint8_t byte, std::string& out) {
  out.append("\\u00");
  out.push_back(kHexDigits[byte >> 4]);
  out.push_back(kHexDigits[byte & 15]);
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
    out.append(letter == kLineSeparator ? "\\u2028" : "\\u2029");
    return letter.size();
  }
  out.push_back(c);
  return 1;
}

}  // namespace

void append_member(std::string_view prefix, std::string_view text, std::string& out) {
  out.append(prefix);
  append_json_string(out, text);
}

void append_bytes_member(std::string_view prefix, std::string_view bytes, std::string& out) {
  out.append(prefix).push_back('"');
  append_base64(out, bytes);
  out.push_back('"');
}

void append_json_strings(std::span<const std::string> texts, std::string& out) {
  out.push_back('[');
  for (size_t i = 0; i < texts.size(); ++i) {
    if (i > 0) out.push_back(',');
    append_json_string(out, texts[i]);
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
