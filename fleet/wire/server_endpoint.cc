#include "fleet/wire/server_endpoint.h"

#include <absl/strings/str_cat.h>
#include <netdb.h>
#include <netinet/in.h>

#include <cstring>
#include <memory>
#include <optional>

#include "broker/net/socket_address.h"
#include "protocol/bytes/text.h"

namespace antiphon::fleet {
namespace {

constexpr std::string_view kSchemeEnd = "://";
constexpr uint8_t kLoopbackNetwork = 127;

absl::Status wrong(std::string_view url, std::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("server \"", to_absl(url), "\": ", to_absl(what)));
}

// "host", "[v6]" and bare IPv6 addresses have no port.
bool has_port(std::string_view authority) {
  if (!authority.empty() && authority.back() == ']') return false;
  const size_t colon = authority.find(':');
  if (colon == authority.npos) return false;
  return authority.front() == '[' || authority.find(':', colon + 1) == authority.npos;
}

std::string without_brackets(std::string_view host) {
  if (host.size() >= 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  }
  return std::string(host);
}

absl::Status read_authority(std::string_view url, std::string_view authority,
                            ServerEndpoint& endpoint) {
  if (!has_port(authority)) {
    endpoint.host = without_brackets(authority);
  } else {
    const std::optional<HostPort> parts = split_host_port(authority);
    if (!parts || parts->port == 0) return wrong(url, "the port is not a number from 1 to 65535");
    endpoint.host = parts->host;
    endpoint.port = parts->port;
  }
  if (endpoint.host.empty()) return wrong(url, "has no host");
  if (endpoint.host.find_first_of(" \t") != std::string::npos) {
    return wrong(url, "a blank in the host");
  }
  return absl::OkStatus();
}

struct FreeAddresses {
  void operator()(addrinfo* list) const { ::freeaddrinfo(list); }
};

absl::Status resolve_one(const ServerEndpoint& endpoint, std::vector<ServerEndpoint>& out) {
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  addrinfo* list = nullptr;
  const std::string port = std::to_string(endpoint.port);
  const int code = ::getaddrinfo(endpoint.host.c_str(), port.c_str(), &wanted, &list);
  if (code != 0) return wrong(endpoint.url, ::gai_strerror(code));
  const std::unique_ptr<addrinfo, FreeAddresses> owner(list);
  for (const addrinfo* one = list; one != nullptr; one = one->ai_next) {
    if (out.size() == kServersMax) return wrong(endpoint.url, "one server address too many");
    out.push_back(endpoint);
    std::memcpy(&out.back().address, one->ai_addr, one->ai_addrlen);
    out.back().address_bytes = one->ai_addrlen;
  }
  return absl::OkStatus();
}

}  // namespace

bool ServerEndpoint::is_ipv4_loopback() const {
  if (address.ss_family != AF_INET) return false;
  const auto& v4 = reinterpret_cast<const sockaddr_in&>(address);
  return ntohl(v4.sin_addr.s_addr) >> 24 == kLoopbackNetwork;
}

ServerEndpoint in_process_endpoint(InProcessBroker& broker, std::string url) {
  ServerEndpoint endpoint;
  endpoint.url = std::move(url);
  endpoint.in_process = &broker;
  return endpoint;
}

absl::StatusOr<ServerEndpoint> parse_server_url(std::string_view url) {
  ServerEndpoint endpoint;
  std::string_view scheme = "nats";
  std::string_view authority = url;
  if (const size_t end = url.find(kSchemeEnd); end != url.npos) {
    scheme = url.substr(0, end);
    authority = url.substr(end + kSchemeEnd.size());
  }
  if (scheme != "nats" && scheme != "tls") return wrong(url, "the scheme must be nats or tls");
  if (!authority.empty() && authority.back() == '/') authority.remove_suffix(1);
  if (const size_t at = authority.rfind('@'); at != authority.npos) {
    return wrong(authority.substr(at + 1), "user and password do not belong into a URL");
  }
  endpoint.tls = scheme == "tls";
  if (absl::Status status = read_authority(url, authority, endpoint); !status.ok()) return status;
  endpoint.url =
      std::string(scheme) + std::string(kSchemeEnd) + join_host_port(endpoint.host, endpoint.port);
  return endpoint;
}

absl::StatusOr<std::vector<ServerEndpoint>> resolve_servers(const std::vector<std::string>& urls) {
  std::vector<ServerEndpoint> endpoints;
  for (const std::string& text : urls) {
    std::string_view rest = text;
    while (!rest.empty()) {
      const size_t comma = rest.find(',');
      absl::StatusOr<ServerEndpoint> endpoint = parse_server_url(rest.substr(0, comma));
      if (!endpoint.ok()) return endpoint.status();
      if (absl::Status status = resolve_one(*endpoint, endpoints); !status.ok()) return status;
      rest = comma == rest.npos ? std::string_view{} : rest.substr(comma + 1);
    }
  }
  if (endpoints.empty()) return absl::InvalidArgumentError("no server is given");
  return endpoints;
}

}  // namespace antiphon::fleet
