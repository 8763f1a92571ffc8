#include "broker/net/socket_address.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>

#include <algorithm>
#include <charconv>
#include <cstring>

namespace antiphon {
namespace {

constexpr uint8_t kMappedPrefix[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
constexpr const char* kWithinProcess = "pipe";

}  // namespace

SocketAddress SocketAddress::from(const sockaddr_storage& address) {
  SocketAddress result;
  if (address.ss_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(address);
    std::memcpy(result.ip.data(), kMappedPrefix, sizeof kMappedPrefix);
    std::memcpy(result.ip.data() + sizeof kMappedPrefix, &v4.sin_addr, sizeof v4.sin_addr);
    result.port = ntohs(v4.sin_port);
  } else if (address.ss_family == AF_INET6) {
    const auto& v6 = reinterpret_cast<const sockaddr_in6&>(address);
    std::memcpy(result.ip.data(), &v6.sin6_addr, result.ip.size());
    result.port = ntohs(v6.sin6_port);
  }
  return result;
}

std::string SocketAddress::ip_text() const {
  if (ip == decltype(ip){}) return kWithinProcess;
  char text[INET6_ADDRSTRLEN];
  const bool v4 = std::memcmp(ip.data(), kMappedPrefix, sizeof kMappedPrefix) == 0;
  const void* bytes = v4 ? ip.data() + sizeof kMappedPrefix : ip.data();
  if (::inet_ntop(v4 ? AF_INET : AF_INET6, bytes, text, sizeof text) == nullptr) return {};
  return text;
}

std::string SocketAddress::text() const {
  return ip == decltype(ip){} ? kWithinProcess : join_host_port(ip_text(), port);
}

std::optional<HostPort> split_host_port(std::string_view text) {
  const size_t colon = text.rfind(':');
  if (colon == text.npos) return std::nullopt;
  std::string_view host = text.substr(0, colon);
  const std::string_view digits = text.substr(colon + 1);
  if (!host.empty() && host.front() == '[') {
    if (host.back() != ']') return std::nullopt;
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != host.npos) {
    return std::nullopt;
  }
  uint16_t port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return HostPort{std::string(host), port};
}

std::string join_host_port(std::string_view host, uint16_t port) {
  std::string text;
  const bool v6 = host.find(':') != host.npos;
  if (v6) text += '[';
  text.append(host);
  if (v6) text += ']';
  return text + ":" + std::to_string(port);
}

std::vector<std::string> local_ip_addresses() {
  std::vector<std::string> addresses;
  ifaddrs* interfaces = nullptr;
  if (::getifaddrs(&interfaces) != 0) return addresses;
  for (const ifaddrs* one = interfaces; one != nullptr; one = one->ifa_next) {
    if (one->ifa_addr == nullptr || (one->ifa_flags & IFF_UP) == 0 ||
        (one->ifa_flags & IFF_LOOPBACK) != 0) {
      continue;
    }
    sockaddr_storage storage{};
    const int family = one->ifa_addr->sa_family;
    if (family == AF_INET) std::memcpy(&storage, one->ifa_addr, sizeof(sockaddr_in));
    if (family == AF_INET6) {
      const auto* v6 = reinterpret_cast<const sockaddr_in6*>(one->ifa_addr);
      if (IN6_IS_ADDR_LINKLOCAL(&v6->sin6_addr)) continue;
      std::memcpy(&storage, one->ifa_addr, sizeof(sockaddr_in6));
    }
    if (family != AF_INET && family != AF_INET6) continue;
    std::string text = SocketAddress::from(storage).ip_text();
    if (std::find(addresses.begin(), addresses.end(), text) == addresses.end()) {
      addresses.push_back(std::move(text));
    }
  }
  ::freeifaddrs(interfaces);
  return addresses;
}

}  // namespace antiphon
