// Starts a TCP connection without waiting for it.
#pragma once

#include <cstdint>
#include <optional>

#include "broker/runtime/unique_descriptor.h"
#include "fleet/wire/server_endpoint.h"

namespace antiphon::fleet {

struct DialStart {
  UniqueDescriptor descriptor;
  int error = 0;  // errno of what failed; the descriptor is then empty
};

// The descriptor becomes writable when the connection is made or has failed; dial_error() tells.
//
// source_ipv4 (host byte order) is the local address to come from. Its port is chosen only when the
// destination is known, so that each address has its own 28,000 ports (IP_BIND_ADDRESS_NO_PORT).
DialStart start_dial(const ServerEndpoint& server, std::optional<uint32_t> source_ipv4);

// 0 when connected, else the errno of the failure.
int dial_error(int descriptor);

}  // namespace antiphon::fleet
