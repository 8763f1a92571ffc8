// What was wrong with a message, and where.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace antiphon::choria {

enum class Fault : uint8_t {
  kNone,
  kTooLarge,        // the message as a whole
  kNotJson,         // the text is not JSON
  kTooDeep,         // nested beyond kJsonDepthMax
  kWrongType,       // JSON, but another kind of value than the field has
  kMissingField,    // a field the schema demands
  kAmbiguousField,  // a field given twice, or under a name that differs only in case
  kTooLong,         // a text, or a list, beyond its bound
  kBadValue,        // the right type, a value the schema forbids
  kBadBase64,
  kWrongProtocol,  // the protocol string names another kind of message
};

// Converts to true when there is a problem: `if (Problem problem = parse_request(...)) ...`.
// What a parser was to fill is then unspecified.
struct [[nodiscard]] Problem {
  Fault fault = Fault::kNone;
  std::string_view field{};  // a literal; empty when the text itself is wrong
  size_t offset = 0;         // byte of the layer that was parsed

  explicit operator bool() const { return fault != Fault::kNone; }
};

std::string_view fault_text(Fault fault);
// "ttl: value not allowed (at byte 214)"
std::string describe(const Problem& problem);

}  // namespace antiphon::choria
