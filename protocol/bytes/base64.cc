#include "protocol/bytes/base64.h"

#include <array>
#include <cstdint>

namespace antiphon {
namespace {

constexpr std::string_view kUrlLetters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr uint8_t kNone = 0xFF;

constexpr std::array<uint8_t, 256> inverse(std::string_view alphabet) {
  std::array<uint8_t, 256> table{};
  for (auto& value : table) value = kNone;
  for (uint8_t i = 0; i < 64; ++i) table[static_cast<unsigned char>(alphabet[i])] = i;
  return table;
}
constexpr auto kStandardInverse = inverse(kBase64Alphabet);
constexpr auto kUrlInverse = inverse(kUrlLetters);

char* encode(char* out, std::string_view raw, std::string_view alphabet, bool padded) {
  const auto* in = reinterpret_cast<const unsigned char*>(raw.data());
  size_t left = raw.size();
  for (; left >= 3; in += 3, left -= 3) {
    const uint32_t bits = static_cast<uint32_t>(in[0]) << 16 | in[1] << 8 | in[2];
    *out++ = alphabet[bits >> 18];
    *out++ = alphabet[bits >> 12 & 63];
    *out++ = alphabet[bits >> 6 & 63];
    *out++ = alphabet[bits & 63];
  }
  if (left == 0) return out;
  const uint32_t bits = static_cast<uint32_t>(in[0]) << 16 | (left == 2 ? in[1] << 8 : 0);
  *out++ = alphabet[bits >> 18];
  *out++ = alphabet[bits >> 12 & 63];
  if (left == 2) *out++ = alphabet[bits >> 6 & 63];
  if (padded) {
    if (left == 1) *out++ = '=';
    *out++ = '=';
  }
  return out;
}

using Inverse = std::array<uint8_t, 256>;

uint8_t value_at(std::string_view text, size_t i, const Inverse& table) {
  return table[static_cast<unsigned char>(text[i])];
}

void append_three(std::string& out, uint32_t bits) {
  out += static_cast<char>(bits >> 16);
  out += static_cast<char>(bits >> 8);
  out += static_cast<char>(bits);
}

// The common case: groups of four letters with nothing between them. Returns letters consumed.
size_t decode_whole_groups(std::string_view text, const Inverse& table, std::string& out) {
  out.resize(text.size() / 4 * 3);
  char* to = out.data();
  size_t i = 0;
  for (; i + 4 <= text.size(); i += 4) {
    const uint32_t a = value_at(text, i, table), b = value_at(text, i + 1, table);
    const uint32_t c = value_at(text, i + 2, table), d = value_at(text, i + 3, table);
    if ((a | b | c | d) == kNone) break;  // values have six bits
    const uint32_t bits = a << 18 | b << 12 | c << 6 | d;
    *to++ = static_cast<char>(bits >> 16);
    *to++ = static_cast<char>(bits >> 8);
    *to++ = static_cast<char>(bits);
  }
  out.resize(static_cast<size_t>(to - out.data()));
  return i;
}

// Whether text[i...] is `wanted` times `=`, with line ends anywhere.
bool is_padding(std::string_view text, size_t i, int wanted) {
  for (; i < text.size(); ++i) {
    if (text[i] == '\n' || text[i] == '\r') continue;
    if (text[i] != '=') return false;
    --wanted;
  }
  return wanted == 0;
}

std::optional<std::string> decode(std::string_view text, const Inverse& table, bool padded) {
  std::string out;
  size_t i = decode_whole_groups(text, table, out);
  uint32_t bits = 0;
  int in_group = 0;
  for (; i < text.size() && text[i] != '='; ++i) {
    if (text[i] == '\n' || text[i] == '\r') continue;
    const uint8_t value = value_at(text, i, table);
    if (value == kNone) return std::nullopt;
    bits = bits << 6 | value;
    if (++in_group < 4) continue;
    append_three(out, bits);
    in_group = 0;
    bits = 0;
  }
  if (in_group == 1) return std::nullopt;
  if (!is_padding(text, i, padded && in_group != 0 ? 4 - in_group : 0)) return std::nullopt;
  if (in_group == 2) out += static_cast<char>(bits >> 4);
  if (in_group == 3) {
    out += static_cast<char>(bits >> 10);
    out += static_cast<char>(bits >> 2);
  }
  return out;
}

}  // namespace

char* write_base64(char* out, std::string_view raw) { return encode(out, raw, kBase64Alphabet, true); }

void append_base64(std::string& out, std::string_view raw) {
  const size_t before = out.size();
  out.resize(before + base64_bytes(raw.size()));
  write_base64(out.data() + before, raw);
}

std::string base64(std::string_view raw) {
  std::string out;
  append_base64(out, raw);
  return out;
}

void append_base64url(std::string& out, std::string_view raw) {
  const size_t before = out.size();
  out.resize(before + base64_bytes(raw.size()));
  char* end = encode(out.data() + before, raw, kUrlLetters, false);
  out.resize(static_cast<size_t>(end - out.data()));
}

std::optional<std::string> decode_base64(std::string_view text) {
  return decode(text, kStandardInverse, true);
}

std::optional<std::string> decode_base64url(std::string_view text) {
  return decode(text, kUrlInverse, false);
}

}  // namespace antiphon
