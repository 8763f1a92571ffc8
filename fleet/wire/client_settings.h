// How connections to a broker are made: alike for every link of a loop.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "broker/net/tls_context.h"
#include "broker/runtime/time_source.h"
#include "fleet/wire/server_endpoint.h"

namespace antiphon::fleet {

struct ClientSettings {
  std::vector<ServerEndpoint> servers;
  // Used where the URL, tls_wanted or the server asks for TLS.
  std::shared_ptr<const TlsContext> tls;
  bool tls_wanted = false;       // also for nats:// URLs, as Choria uses them
  bool handshake_first = false;  // TLS before the server's INFO
  bool check_host_name = true;
  // For the TCP connection, and again from there to the accepted login: what nats.go calls Timeout.
  int64_t timeout_ms = 2000;
  // PING this often on an open link; 0: never. A link whose kPingsUnansweredMax PINGs are not
  // answered is closed.
  int64_t ping_interval_ms = 120'000;
  TimeSource clock;  // of time-outs and PINGs
};

inline constexpr uint8_t kPingsUnansweredMax = 2;

}  // namespace antiphon::fleet
