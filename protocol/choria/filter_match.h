// Decides whether a filter means a given node.
//
// MODEL: sections are tried in the order identity, agents, classes, facts; each that is not empty
// must match. An empty filter means every node.
// Compound expressions need an expression language and are not evaluated: a filter that has any
// matches no node.
// LIMITS: kFilterPatternsMax patterns in all; a filter with more matches no node.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/choria/fact_match.h"
#include "protocol/choria/filter.h"
#include "protocol/choria/pattern.h"

namespace antiphon::choria {

// What a filter looks at. Nothing is owned.
struct NodeProperties {
  std::string_view identity{};
  std::span<const std::string> agents{};
  std::span<const std::string> classes{};
  std::string_view facts_json = "{}";
};

// A filter prepared once and put to many nodes.
class FilterMatcher {
 public:
  explicit FilterMatcher(const Filter& filter);
  bool matches(const NodeProperties& node) const;

 private:
  struct TextMatcher {
    std::string literal;
    std::optional<Pattern> pattern;
    bool literal_counts = true;  // identities may also equal the text between the slashes
    bool matches(std::string_view text) const;
  };
  void add(std::vector<TextMatcher>& to, const std::string& text, Pattern::Case letter_case);
  static bool any_matches(const TextMatcher& wanted, std::span<const std::string> texts);
  static bool all_found(const std::vector<TextMatcher>& wanted, std::span<const std::string> texts);
  bool is_among_identities(std::string_view identity) const;

  std::vector<TextMatcher> identities_;
  std::vector<TextMatcher> agents_;
  std::vector<TextMatcher> classes_;
  std::vector<FactMatcher> facts_;
  bool can_match_ = true;
  size_t patterns_ = 0;
};

}  // namespace antiphon::choria
