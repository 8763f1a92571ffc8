// Reads the INFO object a client gets from its server.
#pragma once

#include <string_view>

#include "protocol/nats/info.h"

namespace antiphon {

inline constexpr size_t kConnectUrlsMax = 4096;

// Replaces `info` by what the JSON object says; what it does not name is empty, 0 or false. Unknown
// fields are skipped, null leaves a field alone. False when the text is not a JSON object, a field
// has the wrong type, or connect_urls has more than kConnectUrlsMax entries; `info` is then
// unspecified.
[[nodiscard]] bool parse_server_info(std::string_view json, ServerInfo& info);

}  // namespace antiphon
