// Finds one value in a facts document by its path: `os.family`, `mounts.0.size`, `mounts.#`.
//
// MODEL: the reference looks facts up with GJSON paths. Parts are separated by dots; a part is a
// key of an object, or the index of a list (digits), or `#` at the end for a list's length. A
// backslash takes the next letter literally: `fav\.movie`. LIMITS: kFactPathPartsMax parts. Not
// covered: wildcards (`*` `?`), pipes (`|`), queries (`#(...)`), collecting (`#.name`), modifiers
// (`@`), multipaths (`[` `{`), literals (`!`) and JSON lines (`..` in front). A path that uses them
// is not valid and finds nothing. Collecting and multipaths give lists and objects, which no fact
// operator matches anyway.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace antiphon::choria {

enum class FactKind : uint8_t { kText, kNumber, kTrue, kFalse, kNull, kComposite };

struct FactValue {
  FactKind kind = FactKind::kNull;
  std::string text;  // kText: decoded; else the JSON text of the value
};

class FactPath {
 public:
  explicit FactPath(std::string_view path);
  bool valid() const { return valid_; }
  // Nothing if the path is not valid, leads nowhere, or the document is broken before its end.
  std::optional<FactValue> find(std::string_view facts_json) const;

 private:
  struct Part {
    std::string key;
    std::optional<size_t> index;
    bool is_length = false;
  };
  bool add_part(std::string_view written);

  std::vector<Part> parts_;
  bool valid_ = true;
};

}  // namespace antiphon::choria
