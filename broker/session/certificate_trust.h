// Whether the certificate that a TLS client has shown still does under the settings that hold now.
//
// WHY: its handshake may have been made under earlier ones.
#pragma once

#include "broker/session/shard.h"

namespace antiphon {

// Whether close_if_distrusted() would check the chain anew, which takes public-key operations.
bool needs_check_of_chain(const Shard& shard, const Session& session);

// Closes a session whose certificate no authority vouches for any more (kAuthorityRemoved), or whose key
// is not among those that are pinned (kTlsHandshakeFailure). Returns whether it did. One without a
// certificate stays, unless keys are pinned: nobody asked it for one.
bool close_if_distrusted(Shard& shard, Session& session);

}  // namespace antiphon
