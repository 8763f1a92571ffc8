// What a reload means for those who are connected: each is judged anew by the settings that hold now.
//
// WHY in two steps: where an authority is gone, the chains of those who came by it are checked anew, which takes
// public-key operations. Nobody's messages wait for those of a whole fleet: they have turns of their own.
// INVARIANTS: whose chain has to be checked is looked at in no other way before.
// SHARD: home; it has adopted the settings. LIMITS: TurnLimits::kCheckedChains.
#pragma once

#include <vector>

#include "broker/session/shard.h"

namespace antiphon {

struct ReloadEffects {
  bool trust = false;        // certificates may not be believed any more
  bool credentials = false;  // logins may not count any more
  bool info = false;         // INFO says something new
};

// Judges everybody but those whose chain has to be checked, and returns these.
std::vector<SessionId> judge_again(Shard& shard, const ReloadEffects& effects);
// Judges some of `left`, and takes them out: for one turn.
void judge_some(Shard& shard, const ReloadEffects& effects, std::vector<SessionId>& left);

}  // namespace antiphon
