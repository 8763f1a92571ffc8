// Reads the known fields of a JSON object and skips the others.
//
// WHY: Go matches field names regardless of case and lets the last of several win, other JSON
// libraries do neither. A message whose meaning depends on that could be signed as one thing and
// executed as another, so a known field given twice, or in other letter case, is refused.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "protocol/choria/json_cursor.h"
#include "protocol/choria/limits.h"

namespace antiphon::choria {

using FieldNames = std::span<const std::string_view>;
inline constexpr size_t kUnknownField = 32;  // one bit of a mask per known field

// Which of the known fields key names; an ambiguous one fails the cursor.
size_t find_field(FieldNames names, std::string_view key, uint32_t& seen, JsonCursor& json);
// Fails the cursor unless every field of the mask was seen.
bool require_fields(FieldNames names, uint32_t seen, uint32_t required, JsonCursor& json);

// Calls on_field(index) for each known field; it must read one value and return false on failure.
// `required` has bit i set if names[i] must be there.
template <typename OnField>
bool read_fields(JsonCursor& json, FieldNames names, uint32_t required, OnField&& on_field) {
  uint32_t seen = 0;
  if (!json.begin_object()) return false;
  while (json.next_key()) {
    const size_t index = find_field(names, json.key(), seen, json);
    const bool read = index == kUnknownField ? json.skip_value() : json.ok() && on_field(index);
    if (!read) {
      if (index != kUnknownField) json.name_problem(names[index]);
      return false;
    }
  }
  return json.ok() && require_fields(names, seen, required, json);
}

// Reads a text that is one such object. on_field(json, index) as above.
template <typename OnField>
Problem parse_fields(std::string_view text, FieldNames names, uint32_t required,
                     OnField&& on_field) {
  if (text.size() > kPayloadBytesMax) return {Fault::kTooLarge, {}, kPayloadBytesMax};
  JsonCursor json(text);
  const auto read_one = [&](size_t index) { return on_field(json, index); };
  if (read_fields(json, names, required, read_one)) (void)json.finish();
  return json.problem();
}

// Reads the `protocol` field's value, which must be exactly the one given.
bool read_protocol(JsonCursor& json, std::string_view expected);

// Reads bytes, which JSON holds as base64, decoded: some at least, and at most bytes_max as written.
bool read_bytes(JsonCursor& json, std::string& out, size_t bytes_max);

}  // namespace antiphon::choria
