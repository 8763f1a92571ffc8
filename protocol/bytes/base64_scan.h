// Finding the end of base64: the first byte that is none of its letters.
//
// WHY: the data of a Choria message is most of it, and who only passes it on still has to know that
// it is base64. On x86-64 sixteen bytes are looked at together; both ways give the same answer (one
// test runs them side by side).
#pragma once

#include <array>
#include <cstdint>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace antiphon {

inline constexpr std::array<bool, 256> kBase64Letters = [] {
  std::array<bool, 256> letters{};
  for (int c = 'a'; c <= 'z'; ++c) letters[c] = letters[c - 32] = true;
  for (int c = '0'; c <= '9'; ++c) letters[c] = true;
  letters['+'] = letters['/'] = true;
  return letters;
}();

// Padding is no letter.
inline const char* find_not_base64_scalar(const char* p, const char* end) {
  while (p < end && kBase64Letters[static_cast<uint8_t>(*p)]) ++p;
  return p;
}

// The first byte in [p, end) that is not a letter of the standard alphabet, or `end`.
inline const char* find_not_base64(const char* p, const char* end) {
#if defined(__SSE2__)
  // Bytes from 0x80 are negative here, and so below every letter.
  const auto within = [](__m128i bytes, char first, char last) {
    return _mm_and_si128(_mm_cmpgt_epi8(bytes, _mm_set1_epi8(static_cast<char>(first - 1))),
                         _mm_cmplt_epi8(bytes, _mm_set1_epi8(static_cast<char>(last + 1))));
  };
  while (end - p >= 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
    // Setting 0x20 makes capitals small, and nothing else a letter.
    const __m128i letters = within(_mm_or_si128(bytes, _mm_set1_epi8(0x20)), 'a', 'z');
    const __m128i digits = within(bytes, '/', '9');  // the slash stands before the digits
    const __m128i plus = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('+'));
    const int mask = _mm_movemask_epi8(_mm_or_si128(_mm_or_si128(letters, digits), plus));
    if (mask != 0xffff) return p + __builtin_ctz(~static_cast<unsigned>(mask));
    p += 16;
  }
#endif
  return find_not_base64_scalar(p, end);
}

}  // namespace antiphon
