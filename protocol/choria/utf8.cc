#include "protocol/choria/utf8.h"

namespace antiphon::choria {
namespace {

bool is_tail(uint8_t byte) {
  return (byte & 0xc0) == 0x80;
}

// The second byte of a sequence is narrower than a tail after these four first bytes.
bool second_is_right(uint8_t first, uint8_t second) {
  switch (first) {
    case 0xe0:
      return second >= 0xa0 && second <= 0xbf;
    case 0xed:
      return second >= 0x80 && second <= 0x9f;
    case 0xf0:
      return second >= 0x90 && second <= 0xbf;
    case 0xf4:
      return second >= 0x80 && second <= 0x8f;
    default:
      return is_tail(second);
  }
}

}  // namespace

size_t utf8_length_at(std::string_view text, size_t i) {
  const auto byte = [&](size_t k) { return static_cast<uint8_t>(text[i + k]); };
  const uint8_t first = byte(0);
  if (first < 0x80) return 1;
  size_t length = 0;
  if (first >= 0xc2 && first <= 0xdf) length = 2;
  if (first >= 0xe0 && first <= 0xef) length = 3;
  if (first >= 0xf0 && first <= 0xf4) length = 4;
  if (length == 0 || text.size() - i < length || !second_is_right(first, byte(1))) return 0;
  for (size_t k = 2; k < length; ++k) {
    if (!is_tail(byte(k))) return 0;
  }
  return length;
}

void append_utf8(uint32_t code_point, std::string& out) {
  const auto tail = [&](int shift) {
    out.push_back(static_cast<char>(0x80 | (code_point >> shift & 0x3f)));
  };
  if (code_point < 0x80) {
    out.push_back(static_cast<char>(code_point));
  } else if (code_point < 0x800) {
    out.push_back(static_cast<char>(0xc0 | code_point >> 6));
    tail(0);
  } else if (code_point < 0x10000) {
    out.push_back(static_cast<char>(0xe0 | code_point >> 12));
    tail(6);
    tail(0);
  } else {
    out.push_back(static_cast<char>(0xf0 | code_point >> 18));
    tail(12);
    tail(6);
    tail(0);
  }
}

size_t count_letters(std::string_view text) {
  size_t letters = 0;
  for (size_t i = 0; i < text.size(); ++letters) {
    const size_t length = utf8_length_at(text, i);
    i += length == 0 ? 1 : length;
  }
  return letters;
}

}  // namespace antiphon::choria
