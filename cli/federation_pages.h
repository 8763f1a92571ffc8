// What a federation broker shows over HTTP: metrics, health, status.
#pragma once

#include <string>
#include <string_view>

#include "broker/monitor/page.h"
#include "federation/relay/relay_counts.h"

namespace antiphon {

// The reference's metrics under their own names and labels, then ours.
std::string federation_metrics(const federation::RelayReport& report);

// The page at `path`; 404 if there is none.
Page federation_page(std::string_view path, const federation::RelayReport& report);

}  // namespace antiphon
