#include "broker/buffer/message_batch.h"

#include <gtest/gtest.h>

#include "protocol/nats/client_parser.h"

namespace antiphon {
namespace {

// The message of a publish line; views into `text`, which must outlive it.
Message message_from(const std::string& text, std::string& scratch) {
  ClientFrame frame;
  EXPECT_EQ(parse_client_frame(text.data(), text.data() + text.size(), {}, frame).status,
            ParseStatus::kFrame);
  return message_of(frame, scratch);
}

void expect_same(const Message& a, const Message& b) {
  EXPECT_EQ(a.subject, b.subject);
  EXPECT_EQ(a.reply, b.reply);
  EXPECT_EQ(a.tail, b.tail);
  EXPECT_EQ(a.payload, b.payload);
  EXPECT_EQ(a.header_bytes, b.header_bytes);
}

TEST(MessageBatch, KeepsEveryPartOfEveryMessage) {
  const std::string texts[] = {"PUB foo 2\r\nhi\r\n", "PUB foo.bar reply.to 0\r\n\r\n",
                               "HPUB x r 4 6\r\nHHHHhi\r\n", "PUB  y\t3 \nabc\r\n"};
  MessageBatch batch;
  EXPECT_TRUE(batch.empty());
  std::string scratch;
  size_t bytes = 0;
  for (const std::string& text : texts) {
    const Message message = message_from(text, scratch);
    batch.add(AccountId{3}, message, 0b101);
    bytes += message.subject.size() + message.tail.size();
  }
  ASSERT_EQ(batch.count(), 4u);
  EXPECT_EQ(batch.bytes(), bytes);
  EXPECT_EQ(batch.shards(), 0b101u);
  for (size_t i = 0; i < batch.count(); ++i) {
    expect_same(batch.message(i), message_from(texts[i], scratch));
    EXPECT_EQ(batch.record(i).account, AccountId{3});
    EXPECT_EQ(batch.record(i).plain_shards, 0b101u);
  }
}

TEST(MessageBatch, RemembersQueuePicksOfItsLastMessage) {
  std::string scratch;
  const std::string text = "PUB foo 2\r\nhi\r\n";
  const Message message = message_from(text, scratch);
  MessageBatch batch;
  batch.add(kGlobalAccount, message, 0);
  batch.add_queue_pick(ShardId{2}, "workers", {0b10, ShardId{1}, SessionId{7, 9}});
  batch.add(kGlobalAccount, message, mask_of(ShardId{0}));
  batch.add_queue_pick(ShardId{3}, "others", {});
  batch.add_queue_pick(ShardId{1}, "workers", {});
  ASSERT_EQ(batch.queue_picks().size(), 3u);
  EXPECT_EQ(batch.queue_picks()[0].record, 0u);
  EXPECT_EQ(batch.queue_picks()[1].record, 1u);
  EXPECT_EQ(batch.queue_picks()[2].record, 1u);
  EXPECT_EQ(batch.queue_of(batch.queue_picks()[0]), "workers");
  EXPECT_EQ(batch.queue_of(batch.queue_picks()[1]), "others");
  EXPECT_EQ(batch.queue_picks()[2].shard, ShardId{1});
  EXPECT_EQ(batch.queue_picks()[0].trail.tried, 0b10u);
  EXPECT_EQ(batch.queue_picks()[0].trail.home, ShardId{1});
  EXPECT_EQ(batch.queue_picks()[0].trail.excluded, (SessionId{7, 9}));
  EXPECT_EQ(batch.shards(), 0b1111u);
  expect_same(batch.message(1), message);
}

TEST(MessageBatch, TakesMessagesUpToItsSizeAndOneLargerOneWhenEmpty) {
  std::string scratch;
  const std::string payload(kBatchBytesMax + 1, 'x');
  const std::string large =
      "PUB a " + std::to_string(payload.size()) + "\r\n" + payload + "\r\n";
  const Message message = message_from(large, scratch);
  MessageBatch batch;
  EXPECT_TRUE(batch.has_room_for(message));
  batch.add(kGlobalAccount, message, 1);
  EXPECT_FALSE(batch.has_room_for(message));
  const std::string small_text = "PUB a 1\r\nx\r\n";
  std::string small_scratch;
  EXPECT_FALSE(batch.has_room_for(message_from(small_text, small_scratch)));
}

TEST(MessageBatch, IsFullExactlyAtItsBound) {
  const std::string text = "PUB a 20\r\n01234567890123456789\r\n";
  std::string scratch;
  const Message message = message_from(text, scratch);
  const size_t each = message.subject.size() + message.tail.size();
  MessageBatch batch;
  while (batch.has_room_for(message)) batch.add(kGlobalAccount, message, 1);
  EXPECT_LE(batch.bytes(), kBatchBytesMax);
  EXPECT_GT(batch.bytes() + each, kBatchBytesMax);
}

TEST(MessageBatch, ForgetsEverythingWhenCleared) {
  std::string scratch;
  const std::string text = "PUB foo 2\r\nhi\r\n";
  MessageBatch batch;
  batch.add(kGlobalAccount, message_from(text, scratch), 1);
  batch.add_queue_pick(ShardId{1}, "q", {});
  batch.clear();
  EXPECT_TRUE(batch.empty());
  EXPECT_EQ(batch.bytes(), 0u);
  EXPECT_EQ(batch.shards(), 0u);
  EXPECT_TRUE(batch.queue_picks().empty());
}

}  // namespace
}  // namespace antiphon
