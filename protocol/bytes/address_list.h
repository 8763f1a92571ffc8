// A list of addresses and networks, and whether an address is one of them.
//
// FORMAT: `192.0.2.7`, `2001:db8::7`, or a network: `192.0.2.0/24`. An IPv4 address that comes
// mapped into IPv6 (`::ffff:192.0.2.7`) is its IPv4 address.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace antiphon {

using IpBytes = std::array<uint8_t, 16>;  // IPv4 mapped into IPv6

std::optional<IpBytes> parse_ip(std::string_view text);
std::string ip_text(const IpBytes& ip);

class AddressList {
 public:
  // False if text is neither an address nor a network; then nothing is added.
  [[nodiscard]] bool add(std::string_view text);
  bool empty() const { return networks_.empty(); }
  bool contains(const IpBytes& address) const;

 private:
  struct Network {
    IpBytes base{};
    int bits = 128;  // of IPv6; IPv4 is mapped
  };
  static std::optional<Network> parse(std::string_view text);

  std::vector<Network> networks_;
};

}  // namespace antiphon
