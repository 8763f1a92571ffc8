// Log lines about one session, in nats-server's shape: "ip:port - cid:7 - text".
#pragma once

#include <string_view>

#include "broker/session/shard.h"
#include "protocol/nats/frame.h"
#include "protocol/nats/message.h"

namespace antiphon {

void log_debug(Shard& shard, const Session& session, std::string_view text);
void log_notice(Shard& shard, const Session& session, std::string_view text);
void log_error(Shard& shard, const Session& session, std::string_view text);

// Protocol tracing; each returns at once unless it is switched on. Credentials in CONNECT are
// blotted out before anything is written.
void trace_frame(Shard& shard, const Session& session, const ClientFrame& frame);
void trace_out(Shard& shard, const Session& session, std::string_view verb, std::string_view text);
void trace_delivery(Shard& shard, const Session& session, const Message& message,
                    std::string_view sid);
void trace_removal(Shard& shard, const Session& session, std::string_view sid);

// The JSON of a CONNECT with the values of its secrets replaced by "[REDACTED]".
std::string without_secrets(std::string_view connect_json);

}  // namespace antiphon
