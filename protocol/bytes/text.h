// The bridge between std:: text and abseil's text, and the map types keyed by text.
//
// WHY: Debian builds abseil with its own string_view, so std::string_view does not convert. House
// rule: our functions speak std:: only; this header is the one place that translates.
#pragma once

#include <absl/container/flat_hash_map.h>
#include <absl/container/flat_hash_set.h>
#include <absl/hash/hash.h>
#include <absl/strings/string_view.h>

#include <string>
#include <string_view>

namespace antiphon {

inline absl::string_view to_absl(std::string_view text) { return {text.data(), text.size()}; }
inline std::string_view to_std(absl::string_view text) { return {text.data(), text.size()}; }

// Transparent hash and equality: a map keyed by std::string is searched with a std::string_view
// without making a string.
struct TextHash {
  using is_transparent = void;
  size_t operator()(std::string_view text) const { return absl::HashOf(to_absl(text)); }
};
struct TextEqual {
  using is_transparent = void;
  bool operator()(std::string_view a, std::string_view b) const { return a == b; }
};

template <typename V>
using TextMap = absl::flat_hash_map<std::string, V, TextHash, TextEqual>;
using TextSet = absl::flat_hash_set<std::string, TextHash, TextEqual>;

// ASCII only, as the protocols are. Never use the locale's functions on protocol bytes.
inline char to_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
inline bool is_digit(char c) { return c >= '0' && c <= '9'; }
inline bool equals_ignore_case(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    if (to_lower(a[i]) != to_lower(b[i])) return false;
  }
  return true;
}

}  // namespace antiphon
