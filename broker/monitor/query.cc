#include "broker/monitor/query.h"

#include <absl/strings/str_cat.h>

#include <charconv>
#include <limits>

#include "protocol/bytes/json_text.h"
#include "protocol/bytes/text.h"

namespace antiphon {
namespace {

constexpr std::string_view kBadSyntax = "invalid syntax";
constexpr std::string_view kOutOfRange = "value out of range";

int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  const char lower = to_lower(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// Digits only. The reason of a failure, or nothing. Too large a number is found out digit by digit,
// so what stands behind the digit that was too much does not matter.
std::string_view read_natural(std::string_view digits, uint64_t& value) {
  constexpr uint64_t kMax = std::numeric_limits<uint64_t>::max();
  if (digits.empty()) return kBadSyntax;
  value = 0;
  for (const char c : digits) {
    if (!is_digit(c)) return kBadSyntax;
    const auto digit = static_cast<uint64_t>(c - '0');
    if (value > (kMax - digit) / 10) return kOutOfRange;
    value = value * 10 + digit;
  }
  return {};
}

std::string_view read_integer(std::string_view text, int64_t& value) {
  const bool negative = text.front() == '-';
  if (negative || text.front() == '+') text.remove_prefix(1);
  uint64_t magnitude = 0;
  const std::string_view reason = read_natural(text, magnitude);
  if (!reason.empty()) return reason;
  constexpr auto kMax = static_cast<uint64_t>(std::numeric_limits<int64_t>::max());
  if (magnitude > kMax + (negative ? 1 : 0)) return kOutOfRange;
  value = static_cast<int64_t>(negative ? 0 - magnitude : magnitude);
  return {};
}

std::optional<bool> read_boolean(std::string_view text) {
  for (const std::string_view yes : {"1", "t", "T", "true", "TRUE", "True"}) {
    if (text == yes) return true;
  }
  for (const std::string_view no : {"0", "f", "F", "false", "FALSE", "False"}) {
    if (text == no) return false;
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> percent_decoded(std::string_view text, PlusSign plus) {
  std::string decoded;
  decoded.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus == PlusSign::kBlank) {
      decoded += ' ';
    } else if (text[i] != '%') {
      decoded += text[i];
    } else {
      if (text.size() - i < 3) return std::nullopt;
      const int high = hex_value(text[i + 1]);
      const int low = hex_value(text[i + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      decoded += static_cast<char>(high * 16 + low);
      i += 2;
    }
  }
  return decoded;
}

Query::Query(std::string_view text) {
  while (!text.empty()) {
    const size_t end = text.find('&');
    const std::string_view pair = text.substr(0, end);
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
    if (pair.empty() || pair.find(';') != pair.npos) continue;
    const size_t equals = pair.find('=');
    auto name = percent_decoded(pair.substr(0, equals), PlusSign::kBlank);
    auto value =
        percent_decoded(equals == pair.npos ? "" : pair.substr(equals + 1), PlusSign::kBlank);
    if (name && value) pairs_.emplace_back(*std::move(name), *std::move(value));
  }
}

std::string_view Query::get(std::string_view name) const {
  for (const auto& [key, value] : pairs_) {
    if (key == name) return value;
  }
  return {};
}

void ArgumentReader::reject_argument(std::string_view name, std::string_view type,
                                     std::string_view function, std::string_view value,
                                     std::string_view reason) {
  std::string quoted;
  append_go_quoted(quoted, value);
  reject(absl::StrCat("Error decoding ", to_absl(type), " for '", to_absl(name), "': strconv.",
                      to_absl(function), ": parsing ", quoted, ": ", to_absl(reason)));
}

bool ArgumentReader::boolean(std::string_view name) {
  const std::string_view value = text(name);
  if (value.empty()) return false;
  const std::optional<bool> read = read_boolean(value);
  if (!read) reject_argument(name, "boolean", "ParseBool", value, kBadSyntax);
  return read.value_or(false);
}

int64_t ArgumentReader::integer(std::string_view name) {
  const std::string_view value = text(name);
  if (value.empty()) return 0;
  int64_t read = 0;
  const std::string_view reason = read_integer(value, read);
  if (reason.empty()) return read;
  reject_argument(name, "int", "Atoi", value, reason);
  return 0;
}

uint64_t ArgumentReader::natural(std::string_view name) {
  const std::string_view value = text(name);
  if (value.empty()) return 0;
  uint64_t read = 0;
  const std::string_view reason = read_natural(value, read);
  if (reason.empty()) return read;
  reject_argument(name, "uint64", "ParseUint", value, reason);
  return 0;
}

}  // namespace antiphon
