// How the server names itself in answers under `$SYS`: the `server` object of nats-server's.
//
// SHARD: any.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "protocol/nats/info.h"

namespace antiphon {

// `fields`: further ones, each with a comma before it. `sequence`: of this answer among those of its maker.
std::string server_object_json(const ServerInfo& server, std::string_view fields,
                               uint64_t sequence, int64_t wall_ns);

}  // namespace antiphon
