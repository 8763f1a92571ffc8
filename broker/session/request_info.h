// The header that tells a service who asks, when the request came from another account.
//
// FORMAT: `Nats-Request-Info: {"acc":"A","rtt":1}` of nats-server; the importing account decides with `share` whether
// more is told. WHY anew each time: whatever a client wrote under that key is taken out, so it cannot
// pass for somebody else.
#pragma once

#include <string>
#include <string_view>

#include "broker/session/shard.h"

namespace antiphon {

// As Go's encoding/json writes a time, in UTC.
std::string rfc3339(int64_t wall_ns);

// The JSON. `service`: the account through which the request came on, if not directly; empty: none.
void append_request_info(std::string& out, const Shard& shard, const Session& session, bool share,
                         std::string_view service);

// The same of an answer that is a request to another service: the account that it is from, wherever
// its client is.
void append_account_info(std::string& out, std::string_view account);

// Appends the header block `block` (may be empty) with that line in it; without any such line when
// `info` is empty.
void append_headers_with(std::string& out, std::string_view block, std::string_view info);

}  // namespace antiphon
