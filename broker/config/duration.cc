#include "broker/config/duration.h"

#include <charconv>
#include <cmath>
#include <cstdint>
#include <utility>

#include "protocol/bytes/text.h"

namespace antiphon {
namespace {

constexpr int64_t kSecond = 1'000'000'000;
constexpr size_t kFractionDigits = 15;  // an hour has 3.6e12 nanoseconds
constexpr int64_t kHour = 3600 * kSecond;

constexpr std::pair<std::string_view, int64_t> kUnits[] = {
    {"ns", 1},       {"us", 1000},   {"\xC2\xB5s", 1000}, {"\xCE\xBCs", 1000},
    {"ms", 1000000}, {"s", kSecond}, {"m", 60 * kSecond}, {"h", kHour},
};

// Nanoseconds of a unit, or 0.
int64_t unit_size(std::string_view name) {
  for (const auto& [unit, size] : kUnits) {
    if (unit == name) return size;
  }
  return 0;
}

std::string_view take_while(std::string_view& text, bool (*belongs)(char)) {
  size_t end = 0;
  while (end < text.size() && belongs(text[end])) ++end;
  const std::string_view taken = text.substr(0, end);
  text.remove_prefix(end);
  return taken;
}

// One `12.5h` from the front of `text`, added to `total`.
bool add_part(std::string_view& text, int64_t& total) {
  const std::string_view whole = take_while(text, is_digit);
  std::string_view fraction;
  if (!text.empty() && text[0] == '.') {
    text.remove_prefix(1);
    fraction = take_while(text, is_digit);
  }
  if (whole.empty() && fraction.empty()) return false;
  const int64_t unit = unit_size(take_while(text, [](char c) { return c != '.' && !is_digit(c); }));
  if (unit == 0) return false;
  int64_t value = 0;
  if (!whole.empty()) {
    const auto parsed = std::from_chars(whole.data(), whole.data() + whole.size(), value);
    if (parsed.ec != std::errc()) return false;
  }
  if (__builtin_mul_overflow(value, unit, &value)) return false;
  // Digits behind the nanosecond make no difference; leaving them out keeps the sum small.
  int64_t digits = 0;
  double scale = 1;
  for (char digit : fraction.substr(0, kFractionDigits)) {
    digits = digits * 10 + (digit - '0');
    scale *= 10;
  }
  const double rest = static_cast<double>(digits) * (static_cast<double>(unit) / scale);
  return !__builtin_add_overflow(value, static_cast<int64_t>(rest), &value) &&
         !__builtin_add_overflow(total, value, &total);
}

// Hours of the units that only Choria has, or 0.
int64_t choria_unit_hours(char unit) {
  switch (unit) {
    case 'd':
    case 'D':
      return 24;
    case 'w':
    case 'W':
      return 24 * 7;
    case 'M':
      return 24 * 30;
    case 'y':
    case 'Y':
      return 24 * 365;
    default:
      return 0;
  }
}

bool is_all_digits(std::string_view text) {
  for (char c : text) {
    if (!is_digit(c)) return false;
  }
  return !text.empty();
}

}  // namespace

std::optional<Duration> parse_go_duration(std::string_view text) {
  bool negative = false;
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
    negative = text[0] == '-';
    text.remove_prefix(1);
  }
  if (text == "0") return Duration(0);
  if (text.empty()) return std::nullopt;
  int64_t total = 0;
  while (!text.empty()) {
    if (!add_part(text, total)) return std::nullopt;
  }
  return Duration(negative ? -total : total);
}

std::optional<Duration> parse_choria_duration(std::string_view text) {
  if (text.empty()) return std::nullopt;
  if (is_all_digits(text)) return parse_go_duration(std::string(text) + "s");
  const int64_t unit_hours = choria_unit_hours(text.back());
  if (unit_hours == 0) return parse_go_duration(text);
  const std::string_view number = text.substr(0, text.size() - 1);
  double value = 0;
  const auto parsed = std::from_chars(number.data(), number.data() + number.size(), value);
  if (parsed.ec != std::errc() || parsed.ptr != number.data() + number.size()) return std::nullopt;
  return duration_of_seconds(std::trunc(value * static_cast<double>(unit_hours)) * 3600);
}

std::optional<Duration> duration_of_seconds(double seconds) {
  const double nanoseconds = seconds * static_cast<double>(kSecond);
  constexpr double kMax = 9.2e18;  // below 2^63
  if (!(nanoseconds > -kMax && nanoseconds < kMax)) return std::nullopt;
  return Duration(static_cast<int64_t>(std::llround(nanoseconds)));
}

std::string duration_text(Duration duration) {
  int64_t rest = duration.count();
  if (rest == 0) return "0s";
  std::string text = rest < 0 ? "-" : "";
  for (std::string_view unit : {"h", "m", "s", "ms", "us", "ns"}) {
    const int64_t count = rest / unit_size(unit);
    rest %= unit_size(unit);
    if (count != 0) text += std::to_string(std::abs(count)) + std::string(unit);
  }
  return text;
}

}  // namespace antiphon
