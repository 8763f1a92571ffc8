// Decimal numbers as the NATS protocol writes them: digits only, no sign, no spaces.
#pragma once

#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>

namespace antiphon {

// A size on the wire has at most this many digits; the reference server rejects longer ones.
inline constexpr size_t kWireSizeDigitsMax = 9;

// The value of `digits`, or -1 when it is empty, has another character than a digit, or is longer
// than kWireSizeDigitsMax (so the result always fits in 32 bits).
inline int64_t parse_wire_size(std::string_view digits) {
  if (digits.empty() || digits.size() > kWireSizeDigitsMax) return -1;
  int64_t value = 0;
  for (char c : digits) {
    const unsigned digit = static_cast<unsigned char>(c) - '0';
    if (digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}

// Room for any 64-bit number.
inline constexpr size_t kDecimalBytesMax = 20;

// Writes `value` at `out` and returns one past its last digit. REQUIRES: kDecimalBytesMax bytes.
inline char* write_decimal(char* out, uint64_t value) {
  return std::to_chars(out, out + kDecimalBytesMax, value).ptr;
}

inline void append_decimal(std::string& out, uint64_t value) {
  char digits[kDecimalBytesMax];
  out.append(digits, static_cast<size_t>(write_decimal(digits, value) - digits));
}

}  // namespace antiphon
