// UTF-8, one sequence at a time, strict as Go's decoder: no overlong forms, no surrogates.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace antiphon {

struct Utf8Rune {
  uint32_t value;  // 0xFFFD when the bytes are not UTF-8
  uint8_t bytes;   // how many bytes it took; 1 for a byte that is not UTF-8
  bool valid;
};

// REQUIRES: `text` is not empty.
Utf8Rune decode_rune(std::string_view text);

// REQUIRES: `rune` is at most 0x10FFFF and no surrogate.
void append_rune(std::string& out, uint32_t rune);

// Code points in `text`; a byte that is not UTF-8 counts as one.
size_t count_runes(std::string_view text);

}  // namespace antiphon
