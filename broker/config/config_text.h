// Small forms of text that messages and keys of configurations need.
#pragma once

#include <string>
#include <string_view>

#include "protocol/bytes/json_text.h"
#include "protocol/bytes/text.h"

namespace antiphon {

inline constexpr size_t kShownBytesMax = 100;

// For a message: in double quotes, with everything that could break a line escaped, and cut short.
inline std::string in_quotes(std::string_view text) {
  std::string result;
  append_go_quoted(result, text.substr(0, kShownBytesMax));
  if (text.size() > kShownBytesMax) result += "...";
  return result;
}

// ASCII letters only.
inline std::string lower_case(std::string_view text) {
  std::string lower;
  lower.reserve(text.size());
  for (char c : text) lower += to_lower(c);
  return lower;
}

// Without the blanks and newlines around it.
inline std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n\v\f";
  const size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

// The first word of a list separated by spaces, which is taken off its front; empty at the end.
inline std::string_view take_word(std::string_view& words) {
  const std::string_view word = words.substr(0, words.find(' '));
  words.remove_prefix(word.size() + (word.size() < words.size() ? 1 : 0));
  return word;
}

}  // namespace antiphon
