// Takes over what accounts share, map and bound after a reload.
#pragma once

namespace antiphon {

struct Shard;

// By the settings of the shard. Subscriptions get their shadows anew where imports changed, and requests
// that are open to services that changed are forgotten: what is not shared any more crosses no more.
void adopt_account_rules(Shard& shard);

}  // namespace antiphon
