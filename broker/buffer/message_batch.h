// Messages in the order they were published, copied out of the publishers' bytes.
//
// MODEL: one growing buffer and one small record per message. Two uses: messages that travel to
// other shards (the batch is then immutable and shared by them), and messages that wait on their
// shard to be encoded for many readers at once.
// LIMITS: the owner closes a batch when it holds kBatchBytesMax; a single larger message may
// still be added to an empty one.
#pragma once

#include <atomic>
#include <string_view>
#include <vector>

#include "broker/buffer/buffer_limits.h"
#include "broker/runtime/strong_id.h"
#include "protocol/nats/message.h"

namespace antiphon {

class MessageBatch {
 public:
  struct Record {
    AccountId account;
    uint32_t subject_offset;
    uint32_t subject_bytes;
    uint32_t tail_bytes;  // the tail follows the subject
    uint32_t reply_bytes;
    uint32_t header_bytes;
    uint32_t payload_bytes;
    bool from_service;
    ShardMask plain_shards;  // shards with plain subscriptions to serve
  };
  // What a pick has gone through. A picked shard may have lost its members meanwhile; it then passes
  // the message on, never twice to one shard and never to a publisher that wants no echo.
  struct Trail {
    ShardMask tried = 0;     // shards that had nobody to take it
    ShardId home{};          // the publisher's shard
    SessionId excluded{};    // there: the publisher, if it does not want its own messages
  };
  // One member of `queue` on `shard` is to get message `record`.
  struct QueuePick {
    uint32_t record;
    ShardId shard;
    uint32_t queue_offset;
    uint32_t queue_bytes;
    Trail trail;
  };

  // How much a batch holds; a new one that is given the size of the one before does not grow.
  struct Size {
    size_t bytes = 0;
    size_t messages = 0;
  };
  void reserve(const Size& size);
  Size size() const { return {data_.size(), records_.size()}; }

  void add(AccountId account, const Message& message, ShardMask plain_shards);
  // For the message added last.
  void add_queue_pick(ShardId shard, std::string_view queue, const Trail& trail);

  bool empty() const { return records_.empty(); }
  size_t count() const { return records_.size(); }
  size_t bytes() const { return data_.size(); }
  bool has_room_for(const Message& message) const {
    return empty() || data_.size() + message.subject.size() + message.tail.size() <= kBatchBytesMax;
  }
  // Every shard that has something to do with this batch.
  ShardMask shards() const { return shards_; }

  const Record& record(size_t index) const { return records_[index]; }
  Message message(size_t index) const;
  const std::vector<QueuePick>& queue_picks() const { return queue_picks_; }
  std::string_view queue_of(const QueuePick& pick) const {
    return std::string_view(data_).substr(pick.queue_offset, pick.queue_bytes);
  }

  // Forgets the messages, keeps the memory.
  void clear();

  // How many shards still hold a batch that travels. Set before it is handed over.
  std::atomic<uint32_t> holders{0};

 private:
  std::string data_;
  std::vector<Record> records_;
  std::vector<QueuePick> queue_picks_;
  ShardMask shards_ = 0;
};

}  // namespace antiphon
