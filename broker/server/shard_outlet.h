// The server's own messages on their way to its shards.
//
// LIFETIME: the threads outlive it, and run while it is called.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "broker/server/shard_thread.h"
#include "broker/system/event_outlet.h"

namespace antiphon {

class ShardOutlet final : public EventOutlet {
 public:
  explicit ShardOutlet(std::vector<std::unique_ptr<ShardThread>>& threads) : threads_(threads) {}

  std::vector<bool> listened_to(const std::vector<std::string>& subjects) override;
  void publish(ShardId shard, std::vector<ServerMessage> messages) override;
  // Returns when everything published before has been handed to every shard's clients.
  void settle();

 private:
  std::vector<std::unique_ptr<ShardThread>>& threads_;
};

}  // namespace antiphon
