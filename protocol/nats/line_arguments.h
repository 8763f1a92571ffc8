// The words of a protocol line, split at blanks and tabs.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace antiphon {

inline bool is_separator(char c) { return c == ' ' || c == '\t'; }

// A CR or NUL, which whoever is told of the text may take for the end of a line or of a string.
inline bool has_cr_or_nul(std::string_view text) {
  return text.find_first_of(std::string_view("\r\0", 2)) != text.npos;
}

template <size_t most>
struct LineArguments {
  std::array<std::string_view, most> at;
  size_t count = 0;  // most + 1 when there were more

  static LineArguments split(std::string_view line) {
    LineArguments arguments;
    size_t i = 0;
    while (true) {
      while (i < line.size() && is_separator(line[i])) ++i;
      if (i == line.size()) return arguments;
      const size_t start = i;
      while (i < line.size() && !is_separator(line[i])) ++i;
      if (arguments.count == most) {
        ++arguments.count;
        return arguments;
      }
      arguments.at[arguments.count++] = line.substr(start, i - start);
    }
  }
};

}  // namespace antiphon
