#include "broker/monitor/text_forms.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_format.h>

#include <algorithm>
#include <ctime>

namespace antiphon {
namespace {

constexpr int64_t kMicrosecond = 1'000;
constexpr int64_t kMillisecond = 1'000'000;
constexpr int64_t kSecond = 1'000'000'000;

// Seconds since 1970 and the nanoseconds behind them, which are never negative.
struct WallTime {
  std::tm parts{};
  int64_t ns = 0;
};

WallTime split(int64_t wall_ns) {
  WallTime time;
  time.ns = wall_ns % kSecond;
  std::time_t seconds = wall_ns / kSecond;
  if (time.ns < 0) {
    time.ns += kSecond;
    --seconds;
  }
  ::gmtime_r(&seconds, &time.parts);
  return time;
}

// ".5" for half a unit; nothing when the part is zero. `digits` is how many a unit has.
std::string fraction(int64_t part, int digits) {
  if (part == 0) return {};
  std::string text = absl::StrFormat(".%0*d", digits, part);
  text.erase(text.find_last_not_of('0') + 1);
  return text;
}

std::string in_unit(int64_t ns, int64_t unit_ns, int digits, const char* name) {
  return absl::StrCat(ns / unit_ns, fraction(ns % unit_ns, digits), name);
}

}  // namespace

std::string time_text(int64_t wall_ns) {
  const WallTime time = split(wall_ns);
  const std::tm& parts = time.parts;
  return absl::StrFormat("%04d-%02d-%02dT%02d:%02d:%02d%sZ", parts.tm_year + 1900, parts.tm_mon + 1,
                         parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec,
                         fraction(time.ns, 9));
}

std::string http_date(int64_t wall_ns) {
  static constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::tm parts = split(wall_ns).parts;
  return absl::StrFormat("%s, %02d %s %04d %02d:%02d:%02d GMT", kDays[parts.tm_wday], parts.tm_mday,
                         kMonths[parts.tm_mon], parts.tm_year + 1900, parts.tm_hour, parts.tm_min,
                         parts.tm_sec);
}

std::string uptime_text(int64_t ns) {
  const int64_t seconds = std::max<int64_t>(ns, 0) / kSecond;
  const int64_t minutes = seconds / 60;
  const int64_t hours = minutes / 60;
  const int64_t days = hours / 24;
  const int64_t years = days / 365;
  std::string text;
  if (years > 0) absl::StrAppend(&text, years, "y");
  if (days > 0) absl::StrAppend(&text, days % 365, "d");
  if (hours > 0) absl::StrAppend(&text, hours % 24, "h");
  if (minutes > 0) absl::StrAppend(&text, minutes % 60, "m");
  absl::StrAppend(&text, seconds % 60, "s");
  return text;
}

std::string rtt_text(int64_t ns) {
  if (ns <= 0) return "0s";
  if (ns < kMicrosecond) return absl::StrCat(ns, "ns");
  if (ns < kMillisecond) return absl::StrCat(ns / kMicrosecond, "µs");
  if (ns < kSecond) return in_unit(ns, kMillisecond, 6, "ms");
  const int64_t minutes = ns / kSecond / 60;
  std::string text;
  if (minutes >= 60) absl::StrAppend(&text, minutes / 60, "h");
  if (minutes > 0) absl::StrAppend(&text, minutes % 60, "m");
  return text + in_unit(ns % (60 * kSecond), kSecond, 9, "s");
}

}  // namespace antiphon
