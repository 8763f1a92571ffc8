// Reads the JSON objects of claims strictly, so that two readers cannot understand them differently.
//
// WHY: Go's decoder takes a field in any letter case and the last of several. Whoever signs writes
// them once and in their own case; anything else is somebody's attempt.
#pragma once

#include <simdjson.h>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/bytes/text.h"

namespace antiphon::claims_json {

using simdjson::dom::element;

inline constexpr size_t kEntriesMax = 4096;  // of any list

// Calls read(index, value) for each field of `names` that is there and not null; unknown fields are
// passed over. False when it is no object, a known field comes twice or in other letter case, or
// read() is false.
template <size_t N, typename Read>
bool read_object(element value, const std::array<std::string_view, N>& names, Read read) {
  simdjson::dom::object object;
  if (value.get(object) != simdjson::SUCCESS) return false;
  uint64_t seen = 0;
  static_assert(N <= 64);
  for (const auto [key, field] : object) {
    for (size_t i = 0; i < N; ++i) {
      if (!equals_ignore_case(names[i], key)) continue;
      if (key != names[i] || (seen >> i & 1) != 0) return false;
      seen |= uint64_t{1} << i;
      if (!field.is_null() && !read(i, field)) return false;
      break;
    }
  }
  return true;
}

inline bool read_text(element value, std::string& out) {
  std::string_view text;
  if (value.get(text) != simdjson::SUCCESS) return false;
  out.assign(text);
  return true;
}
inline bool read_integer(element value, int64_t& out) {
  return value.get(out) == simdjson::SUCCESS;
}
inline bool read_flag(element value, bool& out) { return value.get(out) == simdjson::SUCCESS; }

template <typename Read>
bool read_list(element value, Read read) {
  simdjson::dom::array list;
  if (value.get(list) != simdjson::SUCCESS || list.size() > kEntriesMax) return false;
  for (const element item : list) {
    if (!read(item)) return false;
  }
  return true;
}
inline bool read_texts(element value, std::vector<std::string>& out) {
  return read_list(value, [&out](element item) { return read_text(item, out.emplace_back()); });
}

}  // namespace antiphon::claims_json
