#include "broker/config/nats_number.h"

#include <charconv>

#include "protocol/bytes/text.h"

namespace antiphon {
namespace {

constexpr size_t kYearDigits = 4;
constexpr std::string_view kDatetimeShape = "0000-00-00T00:00:00Z";

char at(std::string_view text, size_t index) {
  return index < text.size() ? text[index] : '\0';
}

size_t skip_digits(std::string_view text, size_t from) {
  while (is_digit(at(text, from))) ++from;
  return from;
}

// The power of a suffix letter (k is 1, e is 6), or 0.
int suffix_power(char letter) {
  constexpr std::string_view kLetters = "kmgtpe";
  const size_t found = kLetters.find(to_lower(letter));
  return found == std::string_view::npos ? 0 : static_cast<int>(found) + 1;
}

// The factor of a suffix such as `k` or `KiB`, or 0 when there is none such.
int64_t suffix_factor(std::string_view suffix) {
  std::string after;
  for (char c : suffix.substr(1)) after += to_lower(c);
  if (!after.empty() && after != "b" && after != "i" && after != "ib") return 0;
  int64_t factor = 1;
  for (int power = suffix_power(suffix[0]); power > 0; --power) {
    factor *= after.empty() ? 1000 : 1024;
  }
  return factor;
}

NumberScan fail(const Place& place, std::string message, SyntaxError& error) {
  error = {place, std::move(message)};
  return NumberScan::kError;
}

NumberScan take_integer(NatsCursor& cursor, size_t digits_end, size_t end, ConfigValue& value,
                        SyntaxError& error) {
  const std::string_view text = cursor.rest().substr(0, end);
  int64_t number = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + digits_end, number);
  int64_t factor = 1;
  if (end > digits_end) {
    factor = suffix_factor(text.substr(digits_end));
    if (factor == 0) {
      return fail(cursor.place(), "unknown unit after the number: use k, kb, m, mb, g, gb ...",
                  error);
    }
  }
  if (parsed.ec != std::errc() || __builtin_mul_overflow(number, factor, &number)) {
    return fail(cursor.place(), "the number does not fit in 64 bits", error);
  }
  value.data = number;
  value.has_unit = end > digits_end;
  cursor.take(end);
  return NumberScan::kDone;
}

// `point` is the index of the first point.
NumberScan take_fraction_or_address(NatsCursor& cursor, size_t point, ConfigValue& value,
                                    SyntaxError& error) {
  const std::string_view text = cursor.rest();
  size_t end = skip_digits(text, point + 1);
  if (end == point + 1) {
    return fail(cursor.place(), "a fraction needs a digit after its point; put text in quotes",
                error);
  }
  if (at(text, end) == '.') {
    while (is_digit(at(text, end)) || at(text, end) == '.' || at(text, end) == ':' ||
           at(text, end) == '-') {
      ++end;
    }
    value.data = std::string(text.substr(0, end));
  } else {
    double number = 0;
    if (std::from_chars(text.data(), text.data() + end, number).ec != std::errc()) {
      return fail(cursor.place(), "the fraction is out of range", error);
    }
    value.data = number;
  }
  cursor.take(end);
  return NumberScan::kDone;
}

int two_digits(std::string_view text, size_t from) {
  return (text[from] - '0') * 10 + (text[from + 1] - '0');
}

bool is_datetime(std::string_view text) {
  if (text.size() < kDatetimeShape.size()) return false;
  for (size_t i = 0; i < kDatetimeShape.size(); ++i) {
    const char shape = kDatetimeShape[i];
    if (shape == '0' ? !is_digit(text[i]) : text[i] != shape) return false;
  }
  const int year = two_digits(text, 0) * 100 + two_digits(text, 2);
  const int month = two_digits(text, 5);
  const int day = two_digits(text, 8);
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month >= 1 && month <= 12 && day >= 1 &&
         day <= kDays[month - 1] + (month == 2 && leap ? 1 : 0) && two_digits(text, 11) < 24 &&
         two_digits(text, 14) < 60 && two_digits(text, 17) < 60;
}

NumberScan take_datetime(NatsCursor& cursor, size_t year_end, ConfigValue& value,
                         SyntaxError& error) {
  if (year_end != kYearDigits || !is_datetime(cursor.rest())) {
    return fail(cursor.place(),
                "not a date like 2016-05-04T18:53:41Z; put text that begins with digits and a "
                "minus in quotes",
                error);
  }
  value.data = ConfigDatetime{std::string(cursor.rest().substr(0, kDatetimeShape.size()))};
  cursor.take(kDatetimeShape.size());
  return NumberScan::kDone;
}

}  // namespace

NumberScan scan_number(NatsCursor& cursor, ConfigValue& value, SyntaxError& error) {
  const std::string_view text = cursor.rest();
  const bool negative = at(text, 0) == '-';
  const size_t digits_end = skip_digits(text, negative ? 1 : 0);
  if (negative && digits_end == 1) {
    return fail(cursor.place(), "a number must follow the minus; put text in quotes", error);
  }
  const char next = at(text, digits_end);
  if (next == '.') return take_fraction_or_address(cursor, digits_end, value, error);
  if (next == '-' && !negative) return take_datetime(cursor, digits_end, value, error);
  size_t end = digits_end;
  if (suffix_power(next) > 0) {
    ++end;
    while (to_lower(at(text, end)) == 'b' || to_lower(at(text, end)) == 'i') ++end;
  }
  if (ends_bare_value(at(text, end))) return take_integer(cursor, digits_end, end, value, error);
  if (!negative || end > digits_end) return NumberScan::kIsText;
  return fail(cursor.place(), "text follows the number; put it in quotes", error);
}

}  // namespace antiphon
