// /metrics: the server's figures for Prometheus.
//
// NAMES: `antiphon_*` are our own; `process_*` are those every exporter has; `choria_network_*` are
// the names under which Choria's own broker shows the same figures, so that its dashboards work.
#pragma once

#include <string>

#include "broker/monitor/server_totals.h"

namespace antiphon {

std::string metrics_text(const ServerTotals& totals);

}  // namespace antiphon
