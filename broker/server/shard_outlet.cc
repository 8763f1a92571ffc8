#include "broker/server/shard_outlet.h"

#include "broker/session/server_request.h"
#include "broker/session/system_events.h"

namespace antiphon {

std::vector<bool> ShardOutlet::listened_to(const std::vector<std::string>& subjects) {
  return ask_shard(*threads_.front(), [&subjects](Shard& shard) {
    std::vector<bool> listened;
    listened.reserve(subjects.size());
    for (const std::string& subject : subjects) {
      listened.push_back(is_listened_to_by_system(shard, subject));
    }
    return listened;
  });
}

void ShardOutlet::publish(ShardId id, std::vector<ServerMessage> messages) {
  ask_shard(*threads_[id.value], [&messages](Shard& shard) {
    for (const ServerMessage& message : messages) {
      const auto account = message.account ? message.account : shard.settings->system_account_id;
      if (account) publish_from_server(shard, *account, message.subject, message.payload);
    }
    return true;
  });
}

void ShardOutlet::settle() {
  // A task's turn ends before the next task's begins: first with handing batches over, then, where they
  // have come, with writing them out. What a shard takes in the turn of the last task is written too.
  for (int round = 0; round < 2; ++round) {
    for (auto& thread : threads_) {
      ask_shard(*thread, [](Shard&) { return true; });
    }
  }
}

}  // namespace antiphon
