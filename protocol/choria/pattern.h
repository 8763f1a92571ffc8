// A regular expression as Choria uses them: Go's RE2 syntax, searched anywhere in the text.
// Deviation: `\C` (any one byte), which Go refuses, is understood.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace re2 {
class RE2;
}

namespace antiphon::choria {

// LIMITS: kPatternMemoryBytesMax per pattern; matching takes time linear in the text.
class Pattern {
 public:
  enum class Case : bool { kSensitive, kIgnored };
  Pattern(std::string_view expression, Case letter_case);
  ~Pattern();
  Pattern(Pattern&&) noexcept;
  Pattern& operator=(Pattern&&) noexcept;

  // An expression that does not compile, or needs too much memory, is not valid and matches
  // nothing.
  bool valid() const;
  bool found_in(std::string_view text) const;

  // The whole text equals the words, letter case folded as Unicode says.
  static bool equal_fold(std::string_view a, std::string_view b);

 private:
  std::unique_ptr<re2::RE2> expression_;
};

// `/re/` of a filter: starts and ends with a slash, which may be the same one.
bool is_pattern_text(std::string_view text);
// One slash off each end; "/" gives an empty text.
std::string_view strip_slashes(std::string_view text);
// Every slash off both ends.
std::string_view trim_slashes(std::string_view text);

}  // namespace antiphon::choria
