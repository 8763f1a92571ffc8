#include "protocol/nats/distinguished_name.h"

#include <algorithm>
#include <utility>

#include "protocol/bytes/hex.h"
#include "protocol/bytes/text.h"

namespace antiphon {
namespace {

std::string upper_case(std::string_view text) {
  std::string upper;
  for (const char c : text) upper += c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  return upper;
}

// Takes a type or a value off the front of `rest`, up to one of the letters in `ends`. Blanks around
// it that are not escaped do not belong to it.
bool take_text(std::string_view& rest, std::string_view ends, std::string& out) {
  constexpr std::string_view kEscapable = " \"#+,;<=>\\";
  out.clear();
  while (rest.starts_with(' ')) rest.remove_prefix(1);
  size_t blanks = 0;  // at the end of `out`, not escaped
  while (!rest.empty() && ends.find(rest.front()) == ends.npos) {
    const char c = rest.front();
    rest.remove_prefix(1);
    blanks = c == ' ' ? blanks + 1 : 0;
    if (c != '\\') {
      out += c;
      continue;
    }
    if (rest.empty()) return false;
    if (kEscapable.find(rest.front()) != kEscapable.npos) {
      out += rest.front();
      rest.remove_prefix(1);
      continue;
    }
    const auto byte = from_hex(rest.substr(0, 2));
    if (!byte || byte->size() != 1) return false;
    out += *byte;
    rest.remove_prefix(2);
  }
  out.resize(out.size() - blanks);
  return true;
}

}  // namespace

std::optional<DistinguishedName> DistinguishedName::parse(std::string_view text) {
  DistinguishedName name;
  std::vector<NameAttribute> part;
  while (true) {
    NameAttribute attribute;
    if (!take_text(text, "=,+", attribute.type) || attribute.type.empty()) return std::nullopt;
    if (!text.starts_with('=')) return std::nullopt;
    text.remove_prefix(1);
    if (text.starts_with('#')) return std::nullopt;
    if (!take_text(text, ",+", attribute.value)) return std::nullopt;
    attribute.type = upper_case(attribute.type);
    part.push_back(std::move(attribute));
    const bool same_part = text.starts_with('+');
    if (!same_part && !name.add_part(std::exchange(part, {}))) return std::nullopt;
    if (text.empty()) return name;
    text.remove_prefix(1);
  }
}

bool DistinguishedName::add_part(std::vector<NameAttribute> attributes) {
  if (attributes.empty() || attributes.size() > kAttributesMax || parts_.size() == kPartsMax) {
    return false;
  }
  std::sort(attributes.begin(), attributes.end());
  parts_.push_back(std::move(attributes));
  return true;
}

bool DistinguishedName::has_parts_of(const DistinguishedName& other) const {
  return std::is_permutation(parts_.begin(), parts_.end(), other.parts_.begin(),
                             other.parts_.end());
}

}  // namespace antiphon
