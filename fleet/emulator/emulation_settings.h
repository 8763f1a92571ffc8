// Everything an emulated fleet is started with.
#pragma once

#include <cstdint>

#include "fleet/emulator/fleet_profile.h"
#include "fleet/emulator/node_token.h"
#include "fleet/wire/client_settings.h"
#include "fleet/wire/connect_line.h"

namespace antiphon::fleet {

inline constexpr unsigned kThreadsMax = 64;

struct EmulationSettings {
  FleetProfile profile;
  ClientSettings client;
  Credentials credentials;
  TokenIssuer token_issuer;  // not null: each node has a token and a seed of its own instead
  double dials_per_s = 0;         // over all threads; 0: no limit
  uint32_t concurrent_max = 100;  // connections in the making, over all threads; 0: no limit
  unsigned threads = 1;
  uint64_t seed = 1;  // of the jitter
};

}  // namespace antiphon::fleet
