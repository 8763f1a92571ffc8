// What a federation broker itself answers instead of passing a request on.
//
// MODEL: a reply in the name of the federation broker, of the agent kFederationAgent, with an RPC
// status that is not OK and a text that says why. Nodes answer discovery with plain text. Replies are
// hashed, not signed: this says what somebody wrote, as every reply does.
#pragma once

#include <optional>
#include <string>

#include "protocol/choria/transport.h"

namespace antiphon::fleet {

// Its text; nothing if this is another reply.
std::optional<std::string> federation_error(const choria::Transport& reply);

}  // namespace antiphon::fleet
