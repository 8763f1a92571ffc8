#include "fleet/client/filter_text.h"

#include <absl/strings/str_cat.h>

#include "protocol/bytes/text.h"
#include "protocol/choria/pattern.h"

namespace antiphon::fleet {
namespace {

// In the order in which they are tried at each place.
constexpr std::string_view kOperators[] = {"<=", ">=", "=>", "=<", "<", ">", "!=", "=~", "==", "="};
constexpr std::string_view kOperatorsOfOneLetter = "<>=";
constexpr std::string_view kBlanks = " \t\r\n";

struct Place {
  size_t at = 0;
  std::string_view op;
};

Place last_operator(std::string_view text) {
  Place last;
  for (size_t i = 0; i < text.size();) {
    size_t step = 1;
    for (const std::string_view op : kOperators) {
      if (text.substr(i, op.size()) != op) continue;
      last = {i, op};
      step = op.size();
      break;
    }
    i += step;
  }
  return last;
}

std::string_view trimmed(std::string_view text) {
  const size_t first = text.find_first_not_of(kBlanks);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

std::string_view canonical(std::string_view op) {
  if (op == "=") return "==";
  if (op == "=<") return "<=";
  return op == "=>" ? ">=" : op;
}

bool is_operator_letter(char c) {
  return kOperatorsOfOneLetter.find(c) != std::string_view::npos;
}

}  // namespace

absl::StatusOr<choria::FactFilter> parse_fact_filter(std::string_view text) {
  const Place place = last_operator(text);
  const std::string_view fact = trimmed(text.substr(0, place.at));
  const std::string_view value = trimmed(text.substr(place.at + place.op.size()));
  choria::FactFilter filter;
  if (place.op.empty() || fact.empty() || value.empty() || is_operator_letter(fact.front()) ||
      is_operator_letter(value.back()) ||
      !choria::parse_fact_operator(canonical(place.op), filter.op)) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", to_absl(text), "\" is no fact filter; write it like os.family=RedHat"));
  }
  filter.fact = fact;
  filter.value = value;
  if (choria::is_pattern_text(value)) filter.op = choria::FactOperator::kMatches;
  return filter;
}

void add_combined_filter(std::string_view text, choria::Filter& filter) {
  while (!text.empty()) {
    const size_t blank = text.find(' ');
    const std::string_view word = text.substr(0, blank);
    text = blank == text.npos ? std::string_view{} : text.substr(blank + 1);
    if (word.empty()) continue;
    if (absl::StatusOr<choria::FactFilter> fact = parse_fact_filter(word); fact.ok()) {
      filter.facts.push_back(*std::move(fact));
    } else {
      filter.classes.emplace_back(word);
    }
  }
}

}  // namespace antiphon::fleet
