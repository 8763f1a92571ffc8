// The answer that a federation broker gives itself when it does not pass a request on.
//
// WHY: an asker that hears nothing waits for its time-out and cannot tell a refusal from a fleet
// that is asleep. The protocol has no error message, but a reply is hashed, not signed, and carries
// an RPC status and text that the reference's client shows; it takes no key to write one.
// MODEL: it comes from the federation broker's own identity and never speaks for a node: clients
// list it among their results and, as nobody they waited for, under unexpected responses. The agent
// of a request stands in the part that is not opened, so the reply names "federation" instead;
// clients do not compare it. Discovery must not get one: it takes every sender for a node.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "federation/envelope/transport_view.h"

namespace antiphon::federation {

// A transport of that version with RPC status 5 and this text.
std::string error_reply(TransportVersion version, std::string_view request_id,
                        std::string_view identity, std::string_view text, int64_t now_unix_ns);

// False for a request that discovers nodes.
bool may_have_error_reply(const TransportView& request);

}  // namespace antiphon::federation
