// After a warm-up the way of a message from socket to socket takes nothing from the allocator.
//
// What is allocated for a turn or for 64 KiB of output (a batch that travels to another shard, a
// shared block) is divided among its messages, and has to be next to nothing for each.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/allocation/allocation_count.h"
#include "tests/unit/broker/session/scene.h"

namespace antiphon {
namespace {

constexpr size_t kWarmUpTurns = 20;
constexpr size_t kTurns = 100;
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
  static std::string repeated(const std::vector<std::string>& lines) {
    std::string all;
    for (size_t i = 0; i < kMessages; ++i) all += lines[i % lines.size()];
    return all;
  }
  // Allocations for each message that the publisher sends, over kTurns.
  double per_message(SceneClient& publisher, std::vector<SceneClient>& readers,
                     const std::string& messages) {
    publisher.pipe().to_server.reserve(2 * messages.size());
    uint64_t taken = 0;
    for (size_t turn = 0; turn < kWarmUpTurns + kTurns; ++turn) {
      publisher.send_later(messages);
      if (turn == kWarmUpTurns) taken = 0;
      const uint64_t begin = allocation_count();
      for (int rounds = 0; rounds < 4; ++rounds) {
        for (uint16_t i = 0; i < world().shard_count(); ++i) world().run_turn(i);
      }
      taken += allocation_count() - begin;
      for (SceneClient& reader : readers) {
        EXPECT_FALSE(reader.pipe().to_client.empty()) << "nothing was measured";
        reader.pipe().to_client.clear();
      }
    }
    return static_cast<double>(taken) / (kTurns * kMessages);
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
  // One block for each sid and turn: an eighth of a message's share.
  EXPECT_LT(per_message(publisher, readers, repeated({"PUB a 5\r\nhello\r\n"})), 0.2);
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
