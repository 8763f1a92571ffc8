// Where the server's own messages go out: the shards, as whoever makes these messages sees them.
//
// THREADS: called by the maker's thread, never by a shard; each call waits for a shard, which is what keeps
// a maker from running ahead of a busy one.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "broker/runtime/strong_id.h"

namespace antiphon {

struct ServerMessage {
  std::optional<AccountId> account;  // nothing: the system account
  std::string subject;
  std::string payload;
};

class EventOutlet {
 public:
  virtual ~EventOutlet() = default;
  // Of each subject whether anybody in the system account listens.
  virtual std::vector<bool> listened_to(const std::vector<std::string>& subjects) = 0;
  virtual void publish(ShardId shard, std::vector<ServerMessage> messages) = 0;
};

}  // namespace antiphon
