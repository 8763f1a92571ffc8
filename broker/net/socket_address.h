// An IP address and port, small enough to be kept for every connection.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace antiphon {

// INVARIANTS: an IPv4 address is kept as an IPv4-mapped IPv6 one and printed as IPv4. One that was
// not set is that of a connection within the process, and printed as nats-server does: "pipe".
struct SocketAddress {
  std::array<uint8_t, 16> ip{};
  uint16_t port = 0;

  static SocketAddress from(const sockaddr_storage& address);
  std::string ip_text() const;
  // "ip:port", IPv6 in brackets.
  std::string text() const;
};

// Splits "host:port", "[v6]:port" or ":port". Nothing when there is no port or it is no number.
struct HostPort {
  std::string host;
  uint16_t port;
};
std::optional<HostPort> split_host_port(std::string_view text);
// "host:port" with brackets where the host is an IPv6 address.
std::string join_host_port(std::string_view host, uint16_t port);

// The machine's own addresses, without loopback: what a client can reach when a server listens on
// every address.
std::vector<std::string> local_ip_addresses();

}  // namespace antiphon
