#include "protocol/choria/problem.h"

namespace antiphon::choria {

std::string_view fault_text(Fault fault) {
  switch (fault) {
    case Fault::kNone:
      return "no problem";
    case Fault::kTooLarge:
      return "message too large";
    case Fault::kNotJson:
      return "not JSON";
    case Fault::kTooDeep:
      return "nested too deeply";
    case Fault::kWrongType:
      return "wrong type of value";
    case Fault::kMissingField:
      return "field missing";
    case Fault::kAmbiguousField:
      return "field given more than once";
    case Fault::kTooLong:
      return "too long";
    case Fault::kBadValue:
      return "value not allowed";
    case Fault::kBadBase64:
      return "not base64";
    case Fault::kWrongProtocol:
      return "another protocol or version";
  }
  return "unknown problem";
}

std::string describe(const Problem& problem) {
  std::string text;
  if (!problem.field.empty()) {
    text.append(problem.field).append(": ");
  }
  text.append(fault_text(problem.fault));
  return text + " (at byte " + std::to_string(problem.offset) + ")";
}

}  // namespace antiphon::choria
