#include "protocol/choria/fields.h"

#include <optional>
#include <string>

#include "protocol/bytes/base64.h"
#include "protocol/bytes/text.h"

namespace antiphon::choria {
namespace {

// The two letters beyond ASCII that Go folds into ASCII when it matches names.
constexpr std::string_view kLongS = "\xc5\xbf";
constexpr std::string_view kKelvin = "\xe2\x84\xaa";

// key equals name under Go's folding of letter case.
bool folds_to(std::string_view key, std::string_view name) {
  size_t i = 0;
  for (const char c : name) {
    if (i == key.size()) return false;
    if (to_lower(key[i]) == c) {
      ++i;
    } else if (c == 's' && key.substr(i, kLongS.size()) == kLongS) {
      i += kLongS.size();
    } else if (c == 'k' && key.substr(i, kKelvin.size()) == kKelvin) {
      i += kKelvin.size();
    } else {
      return false;
    }
  }
  return i == key.size();
}

}  // namespace

size_t find_field(FieldNames names, std::string_view key, uint32_t& seen, JsonCursor& json) {
  for (size_t i = 0; i < names.size(); ++i) {
    if (!folds_to(key, names[i])) continue;
    const uint32_t bit = uint32_t{1} << i;
    if (key != names[i] || (seen & bit) != 0) json.fail(Fault::kAmbiguousField);
    seen |= bit;
    return i;
  }
  return kUnknownField;
}

bool require_fields(FieldNames names, uint32_t seen, uint32_t required, JsonCursor& json) {
  for (size_t i = 0; i < names.size(); ++i) {
    const uint32_t bit = uint32_t{1} << i;
    if ((required & bit) != 0 && (seen & bit) == 0) {
      return json.fail(Fault::kMissingField, names[i]);
    }
  }
  return true;
}

bool read_protocol(JsonCursor& json, std::string_view expected) {
  std::string scratch;
  std::string_view protocol;
  if (!json.read_string(protocol, scratch)) return false;
  return protocol == expected || json.fail(Fault::kWrongProtocol);
}

bool read_bytes(JsonCursor& json, std::string& out, size_t bytes_max) {
  if (!json.read_filled(out, bytes_max)) return false;
  std::optional<std::string> decoded = decode_base64(out);
  if (!decoded) return json.fail(Fault::kBadBase64);
  out = *std::move(decoded);
  return true;
}

}  // namespace antiphon::choria
