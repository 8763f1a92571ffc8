// STATSZ: how the server does, in few figures; what `nats server list` shows.
//
// FIELDS: those of nats-server 2.15, in its order; what only clusters have is left out.
#pragma once

#include <string>
#include <string_view>

#include "broker/monitor/process_usage.h"
#include "broker/monitor/server_totals.h"

namespace antiphon {

// `active_accounts`: those with clients.
std::string statsz_json(const ServerTotals& totals, int64_t active_accounts);

// The whole message. `server`: the object that says who this is.
std::string statsz_answer_json(ServerView& view, ProcessUsage& usage, std::string_view server);

}  // namespace antiphon
