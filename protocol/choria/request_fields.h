// What the requests of both versions of the protocol read and write alike.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "protocol/choria/filter.h"
#include "protocol/choria/json_cursor.h"

namespace antiphon::choria {

bool read_between(JsonCursor& json, int64_t& out, int64_t min, int64_t max);

// Members of an object from the collective to the filter, each with its comma. `time` is in the
// version's own unit.
void append_request_rest(std::string_view collective, std::string_view agent, int64_t ttl_s,
                         int64_t time, const Filter& filter, std::string& out);

}  // namespace antiphon::choria
