// From the names of one side's brokers to addresses, in the order in which they are to be dialed.
//
// MODEL: given names keep their order but begin anywhere, so that federation brokers spread; SRV
// records have an order of their own. Each name stands for all its addresses. A name that cannot be
// found is left out as long as there is another one. LIMITS: fleet::kServersMax addresses.
#pragma once

#include <absl/status/statusor.h>

#include <string>
#include <vector>

#include "broker/runtime/random.h"
#include "federation/names/name_source.h"
#include "federation/names/server_names.h"
#include "fleet/wire/server_endpoint.h"

namespace antiphon::federation {

struct FoundServers {
  std::vector<fleet::ServerEndpoint> servers;
  std::string source;  // "SRV record _mcollective-server._tcp.example.net"; empty for given names
};

// The error says of each name why it was not found.
absl::StatusOr<FoundServers> find_servers(const ServerNames& names, NameSource& source,
                                          Random& random);

// Nothing if a name would have to be looked up for it.
absl::StatusOr<std::vector<fleet::ServerEndpoint>> servers_without_names(
    const std::vector<std::string>& urls);

}  // namespace antiphon::federation
