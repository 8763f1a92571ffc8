// /varz: what the server is, what it may do and what it has done so far.
//
// FIELDS: those of nats-server 2.15, in its order. What this server does not have is shown as a
// nats-server shows it that has it switched off: empty objects and zeros. `gomaxprocs` is the number of shards, `go` is empty.
#pragma once

#include <string>

#include "broker/monitor/json_writer.h"
#include "broker/monitor/server_totals.h"

namespace antiphon {

// The fields `tags` and `metadata`, as far as they are configured, and `feature_flags`.
void write_identity_fields(JsonWriter& json, const IdentityOptions& identity);

std::string varz_json(const ServerTotals& totals);

}  // namespace antiphon
