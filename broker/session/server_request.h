// Requests to the server itself: `$SYS.` subjects whose answers are made outside the shards.
//
// MODEL: a shard offers what a client publishes there; whoever answers copies it, works on a thread of its
// own, and publishes the answer with publish_from_server(). Messages are handed to subscribers as well.
// SHARD: offer_to_server() home; ServerRequests::offer() any shard.
#pragma once

#include <string_view>

#include "broker/session/shard.h"

namespace antiphon {

inline constexpr std::string_view kServerRequestPrefix = "$SYS.";

struct ServerRequest {
  ShardId shard{};  // where the answer is published
  AccountId account{};
  std::string_view account_name;
  bool of_system_account = false;
  // Valid during offer() only.
  std::string_view asker;  // the account that asks: this one, or one that imports the service
  std::string_view subject;
  std::string_view reply;
  std::string_view headers;  // the block; empty: none
  std::string_view body;
};

class ServerRequests {
 public:
  virtual ~ServerRequests() = default;
  // Whether this is a request that the server answers; one that is too many is not, and counted.
  virtual bool offer(const ServerRequest& request) = 0;
};

// Whether the server answers `message`, which came into `account`: a client there was allowed to publish it,
// or one of `asker`, which imports the service.
bool offer_to_server(Shard& shard, const AccountState& account, const AccountState& asker,
                     const Message& message);

// A message of the server itself to whoever in the account listens, or waits for it as a reply in another.
// `headers`: a whole block, or none. SHARD: home.
void publish_from_server(Shard& shard, AccountId account, std::string_view subject,
                         std::string_view payload, std::string_view headers = {});

}  // namespace antiphon
