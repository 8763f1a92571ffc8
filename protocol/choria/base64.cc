#include "protocol/choria/base64.h"

#include <array>
#include <cstdint>

namespace antiphon::choria {
namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr uint8_t kNoLetter = 0xff;

constexpr std::array<uint8_t, 256> make_values() {
  std::array<uint8_t, 256> values{};
  values.fill(kNoLetter);
  for (size_t i = 0; i < kAlphabet.size(); ++i) {
    values[static_cast<uint8_t>(kAlphabet[i])] = static_cast<uint8_t>(i);
  }
  return values;
}
constexpr std::array<uint8_t, 256> kValues = make_values();

uint32_t byte_at(std::string_view text, size_t i) {
  return static_cast<uint8_t>(text[i]);
}
uint32_t value_at(std::string_view text, size_t i) {
  return kValues[byte_at(text, i)];
}
bool is_line_end(char c) {
  return c == '\n' || c == '\r';
}

size_t skip_line_ends(std::string_view text, size_t i) {
  while (i < text.size() && is_line_end(text[i])) ++i;
  return i;
}

// The common case: groups of four letters with nothing between them. Returns letters consumed.
size_t decode_whole_groups(std::string_view text, std::string& out) {
  out.resize(text.size() / 4 * 3);
  size_t i = 0;
  char* to = out.data();
  for (; i + 4 <= text.size(); i += 4) {
    const uint32_t a = value_at(text, i), b = value_at(text, i + 1);
    const uint32_t c = value_at(text, i + 2), d = value_at(text, i + 3);
    if ((a | b | c | d) == kNoLetter) break;
    const uint32_t bits = a << 18 | b << 12 | c << 6 | d;
    *to++ = static_cast<char>(bits >> 16);
    *to++ = static_cast<char>(bits >> 8);
    *to++ = static_cast<char>(bits);
  }
  out.resize(static_cast<size_t>(to - out.data()));
  return i;
}

// The padding of a group that has `letters` letters; nothing but line ends may follow it.
bool padding_is_right(std::string_view text, size_t i, size_t letters) {
  if (letters < 2) return false;
  for (size_t missing = 4 - letters; missing > 0; --missing) {
    i = skip_line_ends(text, i);
    if (i == text.size() || text[i] != '=') return false;
    ++i;
  }
  return skip_line_ends(text, i) == text.size();
}

}  // namespace

void append_base64(std::string_view bytes, std::string& out) {
  const size_t start = out.size();
  out.resize(start + (bytes.size() + 2) / 3 * 4);
  char* to = out.data() + start;
  size_t i = 0;
  for (; i + 3 <= bytes.size(); i += 3) {
    const uint32_t bits =
        byte_at(bytes, i) << 16 | byte_at(bytes, i + 1) << 8 | byte_at(bytes, i + 2);
    *to++ = kAlphabet[bits >> 18];
    *to++ = kAlphabet[bits >> 12 & 63];
    *to++ = kAlphabet[bits >> 6 & 63];
    *to++ = kAlphabet[bits & 63];
  }
  if (i == bytes.size()) return;
  const bool two = i + 2 == bytes.size();
  const uint32_t bits = byte_at(bytes, i) << 16 | (two ? byte_at(bytes, i + 1) << 8 : 0);
  *to++ = kAlphabet[bits >> 18];
  *to++ = kAlphabet[bits >> 12 & 63];
  *to++ = two ? kAlphabet[bits >> 6 & 63] : '=';
  *to++ = '=';
}

std::string base64(std::string_view bytes) {
  std::string out;
  append_base64(bytes, out);
  return out;
}

bool decode_base64(std::string_view text, std::string& out) {
  size_t i = decode_whole_groups(text, out);
  uint32_t bits = 0;
  size_t letters = 0;
  for (; i < text.size(); ++i) {
    if (is_line_end(text[i])) continue;
    const uint32_t value = value_at(text, i);
    if (value == kNoLetter) break;
    bits = bits << 6 | value;
    if (++letters == 4) {
      out.push_back(static_cast<char>(bits >> 16));
      out.push_back(static_cast<char>(bits >> 8));
      out.push_back(static_cast<char>(bits));
      bits = 0;
      letters = 0;
    }
  }
  if (i == text.size()) return letters == 0;
  if (!padding_is_right(text, i, letters)) return false;
  bits <<= 6 * (4 - letters);
  out.push_back(static_cast<char>(bits >> 16));
  if (letters == 3) out.push_back(static_cast<char>(bits >> 8));
  return true;
}

}  // namespace antiphon::choria
