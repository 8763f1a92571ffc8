// /varz: what the server is, what it may do and what it has done so far.
//
// FIELDS: those of nats-server 2.15, in its order. What this server does not have is shown as a
// nats-server shows it that has it switched off: empty objects and zeros; there is no system
// account, so its name is left out. `gomaxprocs` is the number of shards, `go` is empty.
#pragma once

#include <string>

#include "broker/monitor/server_totals.h"

namespace antiphon {

std::string varz_json(const ServerTotals& totals);

}  // namespace antiphon
