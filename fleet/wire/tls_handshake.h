// The client's side of a TLS handshake, step by step over a non-blocking descriptor.
#pragma once

#include <cstdint>
#include <string>

#include "broker/net/tls_context.h"
#include "broker/net/tls_stream.h"
#include "fleet/wire/server_endpoint.h"

namespace antiphon::fleet {

// The state of a handshake that will expect the server's certificate to carry the endpoint's host,
// unless `check_name` is false. Null when OpenSSL refuses (memory, a host that cannot be a name).
SslPtr begin_handshake(const TlsContext& context, int descriptor, const ServerEndpoint& server,
                       bool check_name);

enum class HandshakeStep : uint8_t { kDone, kWaiting, kClosed, kFailed };

// Goes on as far as the bytes that are there allow. On kFailed, `error` says what OpenSSL said.
HandshakeStep advance_handshake(SSL* connection, std::string& error);

}  // namespace antiphon::fleet
