#include "protocol/choria/fact_match.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <limits>

#include "protocol/bytes/text.h"

namespace antiphon::choria {
namespace {

// Doubles hold every whole number up to this one.
constexpr double kWholeMax = 9007199254740991.0;
constexpr double kInt64Bound = 9223372036854775808.0;
constexpr int kPatternDecimals = 4;      // a number is matched as text with four decimals
constexpr size_t kFixedDigitsMax = 330;  // the longest double without exponent

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), to_lower);
  return out;
}

template <typename T>
std::optional<T> parse_whole_text(std::string_view text) {
  if (!text.empty() && text.front() == '+') {
    text.remove_prefix(1);
    if (!text.empty() && text.front() == '-') return std::nullopt;
  }
  T value{};
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end) return std::nullopt;
  return value;
}

// The fact as a whole number: cut towards zero; beyond 53 bits from its digits; and, if it does not
// fit at all, the smallest number, as the reference computes on x86-64.
int64_t whole_number(std::string_view fact, double number) {
  if (number >= -kWholeMax && number <= kWholeMax) return static_cast<int64_t>(number);
  if (const auto digits = parse_whole_text<int64_t>(fact)) return *digits;
  if (number >= -kInt64Bound && number < kInt64Bound) return static_cast<int64_t>(number);
  return std::numeric_limits<int64_t>::min();
}

std::string fixed_text(double number) {
  std::array<char, kFixedDigitsMax> digits;
  const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), number,
                                          std::chars_format::fixed, kPatternDecimals);
  return error == std::errc() ? std::string(digits.data(), end) : std::string();
}

template <typename T>
bool in_order(FactOperator op, const T& fact, const T& wanted) {
  switch (op) {
    case FactOperator::kLess:
      return fact < wanted;
    case FactOperator::kLessOrEqual:
      return fact <= wanted;
    case FactOperator::kGreater:
      return fact > wanted;
    case FactOperator::kGreaterOrEqual:
      return fact >= wanted;
    default:
      return false;
  }
}

bool float_matches(FactOperator op, double fact, double wanted) {
  switch (op) {
    case FactOperator::kEqual:
      return fact == wanted;
    case FactOperator::kNotEqual:
      return fact != wanted;
    case FactOperator::kGreater:  // the reference compares floats with >= here
      return fact >= wanted;
    default:
      return in_order(op, fact, wanted);
  }
}

// What Go's ParseBool takes for true.
bool is_truthy(std::string_view value) {
  constexpr std::array<std::string_view, 6> kTrue = {"1", "t", "T", "TRUE", "true", "True"};
  return std::find(kTrue.begin(), kTrue.end(), value) != kTrue.end();
}

}  // namespace

FactMatcher::FactMatcher(const FactFilter& filter)
    : path_(filter.fact),
      op_(filter.op),
      value_(filter.value),
      has_point_(filter.value.find('.') != std::string::npos) {
  if (op_ == FactOperator::kMatches) {
    pattern_.emplace(trim_slashes(value_), Pattern::Case::kIgnored);
  }
}

bool FactMatcher::matches(std::string_view facts_json) const {
  const auto fact = path_.find(facts_json);
  if (!fact) return false;
  switch (fact->kind) {
    case FactKind::kText:
      return matches_text(fact->text);
    case FactKind::kNumber:
      return matches_number(fact->text);
    case FactKind::kTrue:
      return matches_true();
    case FactKind::kFalse:
      return matches_false();
    case FactKind::kNull:
    case FactKind::kComposite:
      return false;
  }
  return false;
}

bool FactMatcher::matches_text(std::string_view fact) const {
  if (pattern_) return pattern_->found_in(fact);
  if (op_ == FactOperator::kEqual) return Pattern::equal_fold(fact, value_);
  if (op_ == FactOperator::kNotEqual) return !Pattern::equal_fold(fact, value_);
  return in_order(op_, lower(fact), lower(value_));
}

bool FactMatcher::matches_number(std::string_view fact) const {
  const auto number = parse_whole_text<double>(fact);
  if (!number) return false;
  const int64_t whole = whole_number(fact, *number);
  if (pattern_) return pattern_->found_in(has_point_ ? fixed_text(*number) : std::to_string(whole));
  if (has_point_) {
    const auto wanted = parse_whole_text<double>(value_);
    return wanted && float_matches(op_, *number, *wanted);
  }
  if (op_ == FactOperator::kEqual) return std::to_string(whole) == value_;
  if (op_ == FactOperator::kNotEqual) return std::to_string(whole) != value_;
  const auto wanted = parse_whole_text<int64_t>(value_);
  return wanted && in_order(op_, whole, *wanted);
}

bool FactMatcher::matches_true() const {
  switch (op_) {
    case FactOperator::kEqual:
      return is_truthy(value_);
    case FactOperator::kMatches:
      return is_truthy(lower(value_));
    case FactOperator::kNotEqual:
      return !is_truthy(lower(value_));
    default:
      return false;
  }
}

bool FactMatcher::matches_false() const {
  switch (op_) {
    case FactOperator::kEqual:
      return !is_truthy(value_);
    case FactOperator::kMatches:
    case FactOperator::kNotEqual:  // the reference negates truth twice here
      return !is_truthy(lower(value_));
    default:
      return false;
  }
}

}  // namespace antiphon::choria
