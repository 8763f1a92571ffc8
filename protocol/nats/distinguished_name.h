// A distinguished name, as certificates carry it and users of a configuration are named after it.
//
// WHY structured: names compared as text let one pass for another (escapes, several values in one
// place, another order). Here each part is compared with a part, and all of them have a partner.
// FORMAT: RFC 4514 text, the most specific part first: `CN=node1,OU=a+OU=b,O=acme`. Types of
// attributes compare in any case, values exactly. A value in `#hex` form is refused.
// LIMITS: kPartsMax parts, kAttributesMax in each.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace antiphon {

struct NameAttribute {
  std::string type;  // upper case
  std::string value;
  auto operator<=>(const NameAttribute&) const = default;
};

class DistinguishedName {
 public:
  static constexpr size_t kPartsMax = 64;
  static constexpr size_t kAttributesMax = 16;

  // Nothing when it is none, or has no part at all.
  static std::optional<DistinguishedName> parse(std::string_view text);

  // The next part, less specific than those before. False beyond the limits, or when it is empty.
  [[nodiscard]] bool add_part(std::vector<NameAttribute> attributes);

  // The same parts in the same order; within a part the order means nothing.
  bool operator==(const DistinguishedName&) const = default;
  // The same parts in any order, each as often as in the other.
  bool has_parts_of(const DistinguishedName& other) const;
  bool empty() const { return parts_.empty(); }

 private:
  using Part = std::vector<NameAttribute>;  // sorted
  std::vector<Part> parts_;
};

}  // namespace antiphon
