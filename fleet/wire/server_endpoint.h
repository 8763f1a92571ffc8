// Where a broker is reached: an address to dial and the name its certificate must carry; or the
// broker of this process.
//
// URL: "nats://host:port", "tls://host:port" or "host:port"; the port may be left out (4222).
// tls:// refuses to talk in clear. Names are resolved once, at the start. SECRETS: a URL with user
// or password is refused; command lines can be read by everybody.
#pragma once

#include <absl/status/statusor.h>
#include <sys/socket.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "broker/net/in_process_broker.h"
#include "broker/net/tls_context.h"

namespace antiphon::fleet {

inline constexpr uint16_t kBrokerPortDefault = 4222;
inline constexpr size_t kServersMax = 64;

struct ServerEndpoint {
  std::string url;   // with scheme and port, as a node names its broker in replies
  std::string host;  // without brackets
  uint16_t port = kBrokerPortDefault;
  bool tls = false;
  std::shared_ptr<const TlsContext> tls_context;  // in place of that of all others; may be null
  sockaddr_storage address{};
  socklen_t address_bytes = 0;
  // Not null: nothing is dialed, and there is no TLS and no login. Outlives the loop.
  InProcessBroker* in_process = nullptr;

  // 127.0.0.0/8: then connections may come from any address of that network.
  bool is_ipv4_loopback() const;
};

// The broker of this process; `url` is how others reach it.
ServerEndpoint in_process_endpoint(InProcessBroker& broker, std::string url);

// Everything but the address.
absl::StatusOr<ServerEndpoint> parse_server_url(std::string_view url);

// One endpoint for each address of each server, in the order given. Each text may hold several URLs
// separated by commas. The error names the URL and what is wrong with it.
absl::StatusOr<std::vector<ServerEndpoint>> resolve_servers(const std::vector<std::string>& urls);

}  // namespace antiphon::fleet
