// STATSZ: how the server does, in few figures; what `nats server list` shows.
//
// FIELDS: those of nats-server 2.15, in its order; what only clusters have is left out.
#pragma once

#include <string>

#include "broker/monitor/server_totals.h"

namespace antiphon {

// `active_accounts`: those with clients.
std::string statsz_json(const ServerTotals& totals, int64_t active_accounts);

}  // namespace antiphon
