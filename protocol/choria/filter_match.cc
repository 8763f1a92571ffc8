#include "protocol/choria/filter_match.h"

#include <algorithm>

#include "protocol/bytes/text.h"
#include "protocol/choria/limits.h"

namespace antiphon::choria {

bool FilterMatcher::TextMatcher::matches(std::string_view text) const {
  if (pattern && pattern->found_in(text)) return true;
  return literal_counts && text == literal;
}

FilterMatcher::FilterMatcher(const Filter& filter) : can_match_(filter.compound.empty()) {
  for (const auto& identity : filter.identities) {
    add(identities_, identity, Pattern::Case::kSensitive);
    identities_.back().literal_counts = true;
  }
  for (const auto& agent : filter.agents) add(agents_, agent, Pattern::Case::kSensitive);
  for (const auto& name : filter.classes) {
    add(classes_, name, Pattern::Case::kIgnored);
    // Classes are stored as they are but asked for in lower case: one stored with capitals can only
    // be found by a pattern.
    std::string& literal = classes_.back().literal;
    std::transform(literal.begin(), literal.end(), literal.begin(), to_lower);
  }
  for (const auto& fact : filter.facts) {
    if (fact.op == FactOperator::kMatches && ++patterns_ > kFilterPatternsMax) can_match_ = false;
    if (!can_match_) break;
    facts_.emplace_back(fact);
  }
}

void FilterMatcher::add(std::vector<TextMatcher>& to, const std::string& text,
                        Pattern::Case letter_case) {
  TextMatcher& matcher = to.emplace_back();
  matcher.literal = text;
  if (!is_pattern_text(text)) return;
  matcher.literal = strip_slashes(text);
  matcher.literal_counts = false;
  if (++patterns_ > kFilterPatternsMax) can_match_ = false;
  if (can_match_) matcher.pattern.emplace(matcher.literal, letter_case);
}

bool FilterMatcher::any_matches(const TextMatcher& wanted, std::span<const std::string> texts) {
  return std::any_of(texts.begin(), texts.end(),
                     [&](const std::string& text) { return wanted.matches(text); });
}

bool FilterMatcher::all_found(const std::vector<TextMatcher>& wanted,
                              std::span<const std::string> texts) {
  return std::all_of(wanted.begin(), wanted.end(),
                     [&](const TextMatcher& one) { return any_matches(one, texts); });
}

bool FilterMatcher::is_among_identities(std::string_view identity) const {
  if (identities_.empty()) return true;
  return std::any_of(identities_.begin(), identities_.end(),
                     [&](const TextMatcher& one) { return one.matches(identity); });
}

bool FilterMatcher::matches(const NodeProperties& node) const {
  return can_match_ && is_among_identities(node.identity) && all_found(agents_, node.agents) &&
         all_found(classes_, node.classes) &&
         std::all_of(facts_.begin(), facts_.end(),
                     [&](const FactMatcher& fact) { return fact.matches(node.facts_json); });
}

}  // namespace antiphon::choria
