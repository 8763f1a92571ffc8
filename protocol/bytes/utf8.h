// One UTF-8 sequence at a time, strict as Go's decoder: no overlong forms, no surrogates.
#pragma once

#include <cstdint>
#include <string_view>

namespace antiphon {

struct Utf8Rune {
  uint32_t value;  // 0xFFFD when the bytes are not UTF-8
  uint8_t bytes;   // how many bytes it took; 1 for a byte that is not UTF-8
  bool valid;
};

// REQUIRES: `text` is not empty.
Utf8Rune decode_rune(std::string_view text);

}  // namespace antiphon
