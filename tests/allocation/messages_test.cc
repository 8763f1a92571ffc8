// After a warm-up the way of a message from socket to socket takes nothing from the allocator.
//
// What is allocated for a turn or for 64 KiB (a batch that travels to another shard, what is unfinished
// at the end of a read) is divided among its messages, and has to be next to nothing for each.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "broker/buffer/buffer_limits.h"
#include "tests/allocation/allocation_count.h"
#include "tests/unit/broker/session/scene.h"

namespace antiphon {
namespace {

constexpr size_t kWarmUpTurns = 20;
constexpr size_t kTurns = 100;
constexpr size_t kRounds = 8;      // what one turn leaves unread the next ones take
constexpr size_t kMessages = 400;  // in each turn
constexpr size_t kPipeBytes = 4 << 20;

class AllocationTest : public Scene {
 protected:
  SceneClient reader(const std::string& subscriptions, uint16_t shard = 0) {
    SceneClient reader = client(shard);
    reader.send(subscriptions);
    reader.pipe().to_client.reserve(kPipeBytes);
    return reader;
  }
  static std::string repeated(const std::vector<std::string>& lines, size_t count = kMessages) {
    std::string all;
    for (size_t i = 0; i < count; ++i) all += lines[i % lines.size()];
    return all;
  }
  // Allocations for each message that the publisher sends, over kTurns.
  double per_message(SceneClient& publisher, std::vector<SceneClient>& readers,
                     const std::string& messages) {
    return per_message({{publisher, messages}}, readers, kMessages);
  }
  struct Sender {
    SceneClient& client;
    std::string text;  // of one turn
  };
  // The same for several senders, which send `count` messages in a turn together.
  double per_message(const std::vector<Sender>& senders, std::vector<SceneClient>& readers,
                     size_t count) {
    for (const Sender& sender : senders) {
      sender.client.pipe().to_server.reserve(2 * sender.text.size());
    }
    uint64_t taken = 0;
    for (size_t turn = 0; turn < kWarmUpTurns + kTurns; ++turn) {
      for (const Sender& sender : senders) sender.client.send_later(sender.text);
      if (turn == kWarmUpTurns) taken = 0;
      const uint64_t begin = allocation_count();
      for (size_t round = 0; round < kRounds; ++round) {
        for (uint16_t i = 0; i < world().shard_count(); ++i) world().run_turn(i);
      }
      taken += allocation_count() - begin;
      for (const Sender& sender : senders) {
        EXPECT_TRUE(sender.client.pipe().to_server.empty()) << "not all was measured";
      }
      for (SceneClient& reader : readers) {
        EXPECT_FALSE(reader.pipe().to_client.empty()) << "nothing was measured";
        reader.pipe().to_client.clear();
      }
    }
    return static_cast<double>(taken) / static_cast<double>(kTurns * count);
  }

  // The simulated world's own queues of events take some in each turn.
  static constexpr double kNothing = 0.02;
};

TEST_F(AllocationTest, OneReader) {
  std::vector<SceneClient> readers{reader("SUB a 1\r\n")};
  SceneClient publisher = client();
  EXPECT_LT(per_message(publisher, readers, repeated({"PUB a 5\r\nhello\r\n"})), kNothing);
}

TEST_F(AllocationTest, SeveralSubjectsAndWildcards) {
  std::vector<SceneClient> readers{reader("SUB a.* 1\r\nSUB b.> 2\r\nSUB c 3\r\n")};
  SceneClient publisher = client();
  const std::string messages =
      repeated({"PUB a.1 5\r\nhello\r\n", "PUB b.x.y 5\r\nhello\r\n", "PUB c 5\r\nhello\r\n"});
  EXPECT_LT(per_message(publisher, readers, messages), kNothing);
}

TEST_F(AllocationTest, RepliesToInboxesThatAreUsedOnce) {
  std::vector<SceneClient> readers{reader("SUB _INBOX.abc.* 1\r\n")};
  SceneClient publisher = client();
  std::vector<std::string> replies;
  for (size_t i = 0; i < kMessages; ++i) {
    replies.push_back("PUB _INBOX.abc." + std::to_string(i * 7919) + " 5\r\nhello\r\n");
  }
  EXPECT_LT(per_message(publisher, readers, repeated(replies)), kNothing);
}

TEST_F(AllocationTest, ManyReadersWithTheSameSid) {
  std::vector<SceneClient> readers;
  for (int i = 0; i < 50; ++i) readers.push_back(reader("SUB a 1\r\n"));
  SceneClient publisher = client();
  EXPECT_LT(per_message(publisher, readers, repeated({"PUB a 5\r\nhello\r\n"})), kNothing);
}

TEST_F(AllocationTest, ManyReadersWithSidsOfTheirOwn) {
  std::vector<SceneClient> readers;
  for (int i = 0; i < 50; ++i) readers.push_back(reader("SUB a " + std::to_string(i + 1) + "\r\n"));
  SceneClient publisher = client();
  EXPECT_LT(per_message(publisher, readers, repeated({"PUB a 5\r\nhello\r\n"})), kNothing);
}

// The sizes of payloads, and how many messages of a size a turn has.
struct Size {
  const char* name;
  size_t bytes;
  size_t messages;
  // Of 1 KiB 64 are in a read, and what is unfinished at its end is kept elsewhere. Of the large ones
  // there are so few that the world's own queues count.
  double nothing;
};
constexpr Size kSizes[] = {{"Of16Bytes", 16, 400, 0.02},
                           {"Of1Kilobyte", 1024, 400, 0.05},
                           {"Of100Kilobytes", 100 * 1024, 4, 0.1}};

class AllocationBySizeTest : public AllocationTest, public testing::WithParamInterface<Size> {
 protected:
  static std::string message(const std::string& subjects) {
    const std::string payload(GetParam().bytes, 'x');
    return "PUB " + subjects + " " + std::to_string(payload.size()) + "\r\n" + payload + "\r\n";
  }
  double per_message_to(std::vector<SceneClient>& readers) {
    SceneClient publisher = client();
    const size_t count = GetParam().messages;
    return per_message({{publisher, repeated({message("a")}, count)}}, readers, count);
  }
  // Of requests and their answers, each to an inbox of its own, with the service on another shard.
  double per_request(uint16_t shard_of_service) {
    std::vector<SceneClient> readers{reader("SUB _INBOX.abc.* 1\r\n"),
                                     reader("SUB service 1\r\n", shard_of_service)};
    const size_t count = GetParam().messages / 2;
    std::vector<std::string> requests, replies;
    for (size_t i = 0; i < count; ++i) {
      const std::string inbox = "_INBOX.abc." + std::to_string(i * 7919);
      requests.push_back(message("service " + inbox));
      replies.push_back(message(inbox));
    }
    const std::vector<Sender> senders{{readers[0], repeated(requests, count)},
                                      {readers[1], repeated(replies, count)}};
    return per_message(senders, readers, 2 * count);
  }
};

INSTANTIATE_TEST_SUITE_P(Payloads, AllocationBySizeTest, testing::ValuesIn(kSizes),
                         [](const auto& size) { return size.param.name; });

TEST_P(AllocationBySizeTest, OneReader) {
  std::vector<SceneClient> readers{reader("SUB a 1\r\n")};
  EXPECT_LT(per_message_to(readers), GetParam().nothing);
}

TEST_P(AllocationBySizeTest, ManyReadersWithTheSameSid) {
  std::vector<SceneClient> readers;
  for (int i = 0; i < 50; ++i) readers.push_back(reader("SUB a 1\r\n"));
  EXPECT_LT(per_message_to(readers), GetParam().nothing);
}

TEST_P(AllocationBySizeTest, ManyReadersWithSidsOfTheirOwn) {
  std::vector<SceneClient> readers;
  for (int i = 0; i < 50; ++i) readers.push_back(reader("SUB a " + std::to_string(i + 1) + "\r\n"));
  EXPECT_LT(per_message_to(readers), GetParam().nothing);
}

TEST_P(AllocationBySizeTest, RequestsAndReplies) { EXPECT_LT(per_request(0), GetParam().nothing); }

// What travels to another shard does so in batches of up to 64 KiB, and a larger message in one of its
// own. Whichever shard lets go of a batch last frees it, so its memory does not come back to its maker:
// the batch, its list of messages, and its bytes, which grow once for a larger message.
constexpr double kOfBatch = 5;

TEST_P(AllocationBySizeTest, RequestsAndRepliesAcrossShardsTakeWhatTheirBatchesTake) {
  settings_.shard_count = 2;
  const double batches = static_cast<double>(GetParam().bytes) / kBatchBytesMax;
  EXPECT_LT(per_request(1), GetParam().nothing + kOfBatch * std::min(1.0, batches + 0.01));
}

// A single message in a turn has a block, a batch or a chunk to itself.
TEST_F(AllocationTest, AMessageThatIsAloneInItsTurn) {
  std::vector<SceneClient> readers;
  for (int i = 0; i < 50; ++i) readers.push_back(reader("SUB a " + std::to_string(i % 5) + "\r\n"));
  SceneClient publisher = client();
  EXPECT_LT(per_message({{publisher, "PUB a 5\r\nhello\r\n"}}, readers, 1), 0.5);
}

TEST_F(AllocationTest, AQueueGroup) {
  std::vector<SceneClient> readers;
  for (int i = 0; i < 3; ++i) readers.push_back(reader("SUB a a-group-with-a-long-name 1\r\n"));
  SceneClient publisher = client();
  EXPECT_LT(per_message(publisher, readers, repeated({"PUB a 5\r\nhello\r\n"})), kNothing);
}

TEST_F(AllocationTest, WithHeaders) {
  std::vector<SceneClient> readers{reader("SUB a 1\r\n")};
  SceneClient publisher = client();
  const std::string message = "HPUB a 18 20\r\nNATS/1.0\r\nA: b\r\n\r\nhi\r\n";
  EXPECT_LT(per_message(publisher, readers, repeated({message})), kNothing);
}

class AllocationAcrossShardsTest : public AllocationTest,
                                   public testing::WithParamInterface<uint16_t> {};

TEST_P(AllocationAcrossShardsTest, AReaderOnEachShard) {
  settings_.shard_count = GetParam();
  std::vector<SceneClient> readers;
  for (uint16_t i = 0; i < GetParam(); ++i) readers.push_back(reader("SUB a 1\r\n", i));
  SceneClient publisher = client();
  // A batch that travels is made for each turn; how many depends on the turns, not on the messages.
  EXPECT_LT(per_message(publisher, readers, repeated({"PUB a 5\r\nhello\r\n"})), 0.1);
}

TEST_P(AllocationAcrossShardsTest, AQueueGroupOfAllShards) {
  settings_.shard_count = GetParam();
  std::vector<SceneClient> readers;
  for (uint16_t i = 0; i < GetParam(); ++i) {
    readers.push_back(reader("SUB a a-group-with-a-long-name 1\r\n", i));
  }
  SceneClient publisher = client();
  EXPECT_LT(per_message(publisher, readers, repeated({"PUB a 5\r\nhello\r\n"})), 0.1);
}

INSTANTIATE_TEST_SUITE_P(Shards, AllocationAcrossShardsTest, testing::Values(2, 4),
                         [](const auto& shards) { return "On" + std::to_string(shards.param); });

TEST(AllocationCountTest, Counts) {
  const uint64_t before = allocation_count();
  const auto text = std::make_unique<std::string>(100, 'x');
  EXPECT_EQ(allocation_count() - before, 2u);
}

// Messages that cross accounts: of a stream, and of a service that is asked for no answer.
class CrossingAllocationTest : public AllocationTest {
 protected:
  CrossingAllocationTest() {
    SessionSettings& session = settings_.session;
    session.accounts = {"$G", "B"};
    ExportSettings stream;
    stream.subject = "stream.*";
    ExportSettings service;
    service.kind = ShareKind::kService;
    service.subject = "a.service.with.a.long.name";
    ImportSettings stream_import;
    stream_import.account = "$G";
    stream_import.subject = "stream.*";
    stream_import.to = "a.stream.with.a.long.name.$1";
    ImportSettings service_import;
    service_import.kind = ShareKind::kService;
    service_import.account = "$G";
    service_import.subject = service.subject;
    service_import.to = "ask";
    session.account_rules = make_account_rules(
        std::vector<AccountSettings>{
            {"$G", {stream, service}, {}, {{"map.*", {{"a.long.destination.$1.for.messages", 100}}}}, {}},
            {"B", {}, {stream_import, service_import}, {}, {}}},
        session.accounts);
    AuthSettings auth;
    auth.users = {{"a", "p"}, {"b", "p"}};
    auth.users[1].account = AccountId{1};
    auth.users[1].account_name = "B";
    auth.no_auth_user = "a";
    session.authenticator = make_authenticator(auth);
  }
  SceneClient importer() {
    return client_with(R"("verbose":false,"headers":true,"user":"b","pass":"p")", 0);
  }
};

TEST_F(CrossingAllocationTest, ImportedStreamsTakeNothing) {
  std::vector<SceneClient> readers{importer()};
  readers[0].send("SUB a.stream.> 1\r\nSUB > 2\r\n");
  readers[0].pipe().to_client.reserve(kPipeBytes);
  SceneClient publisher = client();
  EXPECT_LT(per_message(publisher, readers, repeated({"PUB stream.a 2\r\nhi\r\n"})), kNothing);
}

TEST_F(CrossingAllocationTest, ServicesAskedForNoAnswerTakeNothing) {
  std::vector<SceneClient> readers{reader("SUB a.service.> 1\r\n")};
  SceneClient publisher = importer();
  EXPECT_LT(per_message(publisher, readers, repeated({"PUB ask 2\r\nhi\r\n"})), kNothing);
}

TEST_F(CrossingAllocationTest, MappingsTakeNothing) {
  std::vector<SceneClient> readers{reader("SUB a.long.> 1\r\n")};
  SceneClient publisher = client();
  EXPECT_LT(per_message(publisher, readers, repeated({"PUB map.x 2\r\nhi\r\n"})), kNothing);
}

}  // namespace
}  // namespace antiphon
