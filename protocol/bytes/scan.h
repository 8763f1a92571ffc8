// Finding the end of a token: the first byte that is a blank or a control character.
//
// WHY: a control line is a few short tokens; finding their ends is most of what parsing costs. On
// x86-64 sixteen bytes are compared at a time; elsewhere, and near the end of the buffer, one by
// one. Both ways give the same answer (one test runs them side by side).
#pragma once

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace antiphon {

inline constexpr unsigned char kBlankMax = 0x20;  // space; below it only control characters

inline const char* find_blank_scalar(const char* p, const char* end) {
  while (p < end && static_cast<unsigned char>(*p) > kBlankMax) ++p;
  return p;
}

// The first byte in [p, end) that is <= ' ', or `end`.
inline const char* find_blank(const char* p, const char* end) {
#if defined(__SSE2__)
  const __m128i limit = _mm_set1_epi8(static_cast<char>(kBlankMax));
  while (end - p >= 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
    // Unsigned "<= limit": the smaller of the two is the byte itself.
    const __m128i blank = _mm_cmpeq_epi8(_mm_min_epu8(bytes, limit), bytes);
    const int mask = _mm_movemask_epi8(blank);
    if (mask != 0) return p + __builtin_ctz(static_cast<unsigned>(mask));
    p += 16;
  }
#endif
  return find_blank_scalar(p, end);
}

}  // namespace antiphon
