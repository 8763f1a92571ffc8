#include "broker/auth/login_window.h"

#include <absl/time/civil_time.h>
#include <absl/time/time.h>
#include <arpa/inet.h>

#include <algorithm>

#include "protocol/bytes/text.h"

namespace antiphon {
namespace {

constexpr unsigned kMappedBits = 96;  // in front of an IPv4 address

// An address as it is kept, and how many of its bits count.
struct Network {
  std::array<uint8_t, 16> ip{};
  unsigned bits = 0;
  bool is_ipv4 = false;
};

std::optional<unsigned> parse_number(std::string_view text, unsigned most) {
  if (text.empty() || text.size() > 3) return std::nullopt;
  unsigned number = 0;
  for (const char c : text) {
    if (!is_digit(c)) return std::nullopt;
    number = number * 10 + static_cast<unsigned>(c - '0');
  }
  if (number > most) return std::nullopt;
  return number;
}

std::optional<Network> parse_network(const std::string& text) {
  const size_t slash = text.find('/');
  if (slash == text.npos) return std::nullopt;
  const std::string address = text.substr(0, slash);
  Network network;
  network.is_ipv4 = address.find(':') == address.npos;
  const int family = network.is_ipv4 ? AF_INET : AF_INET6;
  void* out = network.ip.data() + (network.is_ipv4 ? kMappedBits / 8 : 0);
  if (::inet_pton(family, address.c_str(), out) != 1) return std::nullopt;
  const auto bits = parse_number(std::string_view(text).substr(slash + 1), network.is_ipv4 ? 32 : 128);
  if (!bits) return std::nullopt;
  if (network.is_ipv4) network.ip[10] = network.ip[11] = 0xFF;
  network.bits = *bits + (network.is_ipv4 ? kMappedBits : 0);
  return network;
}

bool is_mapped(const std::array<uint8_t, 16>& ip) {
  return std::all_of(ip.begin(), ip.begin() + 10, [](uint8_t byte) { return byte == 0; }) &&
         ip[10] == 0xFF && ip[11] == 0xFF;
}

bool holds(const Network& network, const std::array<uint8_t, 16>& ip) {
  if (is_mapped(ip) != network.is_ipv4) return false;
  const unsigned whole = network.bits / 8;
  if (!std::equal(ip.begin(), ip.begin() + whole, network.ip.begin())) return false;
  const unsigned rest = network.bits % 8;
  return rest == 0 || (ip[whole] ^ network.ip[whole]) >> (8 - rest) == 0;
}

// Seconds since midnight of "15:04:05".
std::optional<int64_t> parse_time_of_day(std::string_view text) {
  if (text.size() != 8 || text[2] != ':' || text[5] != ':') return std::nullopt;
  const auto hours = parse_number(text.substr(0, 2), 23);
  const auto minutes = parse_number(text.substr(3, 2), 59);
  const auto seconds = parse_number(text.substr(6, 2), 59);
  if (!hours || !minutes || !seconds) return std::nullopt;
  return (*hours * 60 + *minutes) * 60 + *seconds;
}

// Names become paths in the time zone library, so only what looks like a place's name may.
bool find_zone(const std::string& location, absl::TimeZone& zone) {
  zone = absl::LocalTimeZone();
  if (location.empty()) return true;
  constexpr std::string_view kLetters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/";
  if (location.size() > 64 || location.find_first_not_of(kLetters) != location.npos) return false;
  return location.front() != '/' && absl::LoadTimeZone(location, &zone);
}

// The moment of `second` on the day of `now`, `days` later.
absl::Time moment(const absl::TimeZone& zone, absl::Time now, int64_t second, int days) {
  const absl::CivilDay today(absl::ToCivilDay(now, zone) + days);
  return absl::FromCivil(absl::CivilSecond(today) + second, zone);
}

std::optional<absl::Time> end_of_range(const TimeRange& range, const absl::TimeZone& zone,
                                       absl::Time now) {
  const auto start = parse_time_of_day(range.start);
  const auto end = parse_time_of_day(range.end);
  if (!start || !end) return std::nullopt;
  const absl::Time begins = moment(zone, now, *start, 0);
  const absl::Time ends = moment(zone, now, *end, 0);
  if (*start <= *end) return begins < now && now < ends ? std::optional(ends) : std::nullopt;
  if (now < ends) return ends;  // began yesterday
  return begins < now ? std::optional(moment(zone, now, *end, 1)) : std::nullopt;
}

}  // namespace

bool is_in_networks(const std::array<uint8_t, 16>& ip, const std::vector<std::string>& networks) {
  bool inside = networks.empty();
  for (const std::string& text : networks) {
    const auto network = parse_network(text);
    if (!network) return false;
    inside = inside || holds(*network, ip);
  }
  return inside;
}

std::optional<int64_t> end_of_window_ns(const std::vector<TimeRange>& ranges,
                                        const std::string& location, int64_t now_ns) {
  if (ranges.empty()) return 0;
  absl::TimeZone zone;
  if (!find_zone(location, zone)) return std::nullopt;
  const absl::Time now = absl::FromUnixNanos(now_ns);
  std::optional<absl::Time> last;
  for (const TimeRange& range : ranges) {
    const auto end = end_of_range(range, zone, now);
    if (end && (!last || *last < *end)) last = end;
  }
  if (!last) return std::nullopt;
  return absl::ToUnixNanos(*last);
}

// A list of which no word is known was meant to allow something, but not this.
bool may_come_by(const std::vector<std::string>& words, ConnectionKind kind) {
  ConnectionKinds kinds;
  for (const std::string& word : words) {
    if (const auto known = connection_kind_of(word)) kinds.add(*known);
  }
  return words.empty() || (!kinds.empty() && kinds.allows(kind));
}

}  // namespace antiphon
