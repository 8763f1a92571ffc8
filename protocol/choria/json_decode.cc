// Decoding of JSON string escapes; declared in json_cursor.h.
#include "protocol/bytes/utf8.h"
#include "protocol/choria/json_cursor.h"

namespace antiphon::choria {
namespace {

constexpr uint32_t kLoneSurrogate = 0xfffd;

uint32_t hex4(std::string_view digits) {
  uint32_t value = 0;
  for (const char c : digits) {
    const uint32_t digit = static_cast<uint32_t>(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
    value = value << 4 | digit;
  }
  return value;
}

bool is_surrogate(uint32_t unit) {
  return unit >= 0xd800 && unit <= 0xdfff;
}

// raw[i] is the backslash of \uXXXX. Returns the index behind what was read.
size_t append_unicode_escape(std::string_view raw, size_t i, std::string& out) {
  const uint32_t unit = hex4(raw.substr(i + 2, 4));
  i += 6;
  if (!is_surrogate(unit)) {
    append_rune(out, unit);
    return i;
  }
  if (unit < 0xdc00 && raw.substr(i, 2) == "\\u") {
    const uint32_t low = hex4(raw.substr(i + 2, 4));
    if (low >= 0xdc00 && low <= 0xdfff) {
      append_rune(out, 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00));
      return i + 6;
    }
  }
  append_rune(out, kLoneSurrogate);
  return i;
}

size_t append_escape(std::string_view raw, size_t i, std::string& out) {
  switch (raw[i + 1]) {
    case 'u':
      return append_unicode_escape(raw, i, out);
    case 'b':
      out.push_back('\b');
      break;
    case 'f':
      out.push_back('\f');
      break;
    case 'n':
      out.push_back('\n');
      break;
    case 'r':
      out.push_back('\r');
      break;
    case 't':
      out.push_back('\t');
      break;
    default:  // quote, backslash, slash
      out.push_back(raw[i + 1]);
  }
  return i + 2;
}

size_t append_wide(std::string_view raw, size_t i, std::string& out) {
  const Utf8Rune rune = decode_rune(raw.substr(i));
  append_rune(out, rune.value);  // U+FFFD for a byte that is not UTF-8
  return i + rune.bytes;
}

}  // namespace

void append_decoded(std::string_view raw, std::string& out) {
  size_t i = 0;
  while (i < raw.size()) {
    const size_t start = i;
    while (i < raw.size() && raw[i] != '\\' && static_cast<uint8_t>(raw[i]) < 0x80) ++i;
    out.append(raw.substr(start, i - start));
    if (i == raw.size()) return;
    i = raw[i] == '\\' ? append_escape(raw, i, out) : append_wide(raw, i, out);
  }
}

}  // namespace antiphon::choria
