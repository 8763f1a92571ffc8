#include "protocol/bytes/address_list.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstring>

namespace antiphon {
namespace {

constexpr int kIpv6Bits = 128;
constexpr int kMappedBits = 96;  // how much of a mapped address stands before IPv4's own
constexpr size_t kAddressTextMax = INET6_ADDRSTRLEN;

// Digits only, as networks are written everywhere.
std::optional<int> parse_bits(std::string_view text, int max) {
  int bits = 0;
  if (text.empty() || text.size() > 3 || text[0] == '-' || text[0] == '+') return std::nullopt;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), bits);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size()) return std::nullopt;
  if (bits > max) return std::nullopt;
  return bits;
}

bool agree(const uint8_t* a, const uint8_t* b, int bits) {
  const int whole = bits / 8;
  const int rest = bits % 8;
  if (std::memcmp(a, b, static_cast<size_t>(whole)) != 0) return false;
  if (rest == 0) return true;
  return ((a[whole] ^ b[whole]) >> (8 - rest)) == 0;
}

bool is_ipv4(std::string_view address) {
  return address.find(':') == std::string_view::npos;
}

}  // namespace

std::optional<IpBytes> parse_ip(std::string_view text) {
  if (text.size() > kAddressTextMax || text.find('\0') != std::string_view::npos) {
    return std::nullopt;
  }
  const std::string address(text);
  IpBytes ip{};
  if (!is_ipv4(text)) {
    if (::inet_pton(AF_INET6, address.c_str(), ip.data()) != 1) return std::nullopt;
    return ip;
  }
  ip[10] = ip[11] = 0xff;
  if (::inet_pton(AF_INET, address.c_str(), ip.data() + 12) != 1) return std::nullopt;
  return ip;
}

std::string ip_text(const IpBytes& ip) {
  IpBytes mapped{};
  mapped[10] = mapped[11] = 0xff;
  const bool is_mapped = agree(ip.data(), mapped.data(), kMappedBits);
  char text[kAddressTextMax] = "";
  if (is_mapped) {
    ::inet_ntop(AF_INET, ip.data() + 12, text, sizeof text);
  } else {
    ::inet_ntop(AF_INET6, ip.data(), text, sizeof text);
  }
  return text;
}

std::optional<AddressList::Network> AddressList::parse(std::string_view text) {
  const size_t slash = text.find('/');
  const auto base = parse_ip(text.substr(0, slash));
  if (!base) return std::nullopt;
  Network network{*base};
  if (slash == std::string_view::npos) return network;
  const int skipped = is_ipv4(text.substr(0, slash)) ? kMappedBits : 0;
  const auto bits = parse_bits(text.substr(slash + 1), kIpv6Bits - skipped);
  if (!bits) return std::nullopt;
  network.bits = skipped + *bits;
  return network;
}

bool AddressList::add(std::string_view text) {
  const auto network = parse(text);
  if (network) networks_.push_back(*network);
  return network.has_value();
}

bool AddressList::contains(const IpBytes& address) const {
  return std::any_of(networks_.begin(), networks_.end(), [&](const Network& network) {
    return agree(network.base.data(), address.data(), network.bits);
  });
}

}  // namespace antiphon
