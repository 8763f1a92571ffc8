#include "broker/buffer/message_batch.h"

#include <algorithm>

#include "protocol/nats/limits.h"

namespace antiphon {

void MessageBatch::reserve(const Size& size) {
  data_.reserve(std::min(size.bytes, kBatchBytesMax));
  records_.reserve(size.messages);
}

void MessageBatch::add(AccountId account, const Message& message, ShardMask plain_shards) {
  records_.push_back({account, static_cast<uint32_t>(data_.size()),
                      static_cast<uint32_t>(message.subject.size()),
                      static_cast<uint32_t>(message.tail.size()),
                      static_cast<uint32_t>(message.reply.size()), message.header_bytes,
                      static_cast<uint32_t>(message.payload.size()), message.from_service,
                      plain_shards});
  data_.append(message.subject).append(message.tail);
  shards_ |= plain_shards;
}

void MessageBatch::add_queue_pick(ShardId shard, std::string_view queue, const Trail& trail) {
  queue_picks_.push_back({static_cast<uint32_t>(records_.size() - 1), shard,
                          static_cast<uint32_t>(data_.size()),
                          static_cast<uint32_t>(queue.size()), trail});
  data_.append(queue);
  shards_ |= mask_of(shard);
}

Message MessageBatch::message(size_t index) const {
  const Record& record = records_[index];
  const std::string_view data(data_);
  Message message;
  message.subject = data.substr(record.subject_offset, record.subject_bytes);
  message.tail = data.substr(record.subject_offset + record.subject_bytes, record.tail_bytes);
  message.reply = message.tail.substr(0, record.reply_bytes);
  message.payload = message.tail.substr(record.tail_bytes - kCrlfBytes - record.payload_bytes,
                                        record.payload_bytes);
  message.header_bytes = record.header_bytes;
  message.from_service = record.from_service;
  return message;
}

void MessageBatch::clear() {
  data_.clear();
  records_.clear();
  queue_picks_.clear();
  shards_ = 0;
}

}  // namespace antiphon
