// Makes an OpenSSL server context hand out and take session tickets.
#pragma once

#include <absl/status/status.h>
#include <openssl/types.h>

#include <string>

#include "broker/net/ticket_keys.h"

namespace antiphon {

// `keys` must outlive the context. Tickets are for clients whose hello says that they can use them:
// Go's libraries without a session cache do not, and making one costs a tenth of a handshake.
// `trust` says what clients are checked against; a ticket given under other trust is not taken. Nor is
// one whose client certificate has ended meanwhile.
absl::Status enable_session_tickets(SSL_CTX* context, const TicketKeys& keys,
                                    const std::string& trust);

}  // namespace antiphon
