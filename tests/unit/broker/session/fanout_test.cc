#include "broker/session/fanout.h"

#include "tests/unit/broker/session/scene.h"

namespace antiphon {
namespace {

constexpr size_t kReaders = 2 * Fanout::kReadersMin;

class FanoutTest : public Scene {
 protected:
  void subscribe_all(const std::string& line) {
    for (size_t i = 0; i < kReaders; ++i) {
      readers_.push_back(client());
      readers_.back().send(line);
    }
  }
  void expect_all(const std::string& expected) {
    for (SceneClient& reader : readers_) EXPECT_EQ(reader.take(), expected);
  }

  std::vector<SceneClient> readers_;
};

TEST_F(FanoutTest, GivesEveryReaderEveryMessageInOrder) {
  subscribe_all("SUB a 7\r\n");
  SceneClient publisher = client();
  publisher.send("PUB a 1\r\nx\r\nPUB a r 1\r\ny\r\nHPUB a 2 3\r\nHHz\r\n");
  expect_all("MSG a 7 1\r\nx\r\nMSG a 7 r 1\r\ny\r\nHMSG a 7 2 3\r\nHHz\r\n");
  EXPECT_EQ(shard().counters.sent.messages, 3 * kReaders);
  EXPECT_EQ(shard().pool.bytes_in_use(), 0u);
}

TEST_F(FanoutTest, KeepsTheOrderOfMessagesToManyAndToFew) {
  subscribe_all("SUB a 7\r\n");
  readers_[0].send("SUB b 8\r\nSUB c 9\r\n");
  for (size_t i = 0; i < kReaders - 1; ++i) readers_[i].send("SUB d 5\r\n");
  SceneClient publisher = client();
  publisher.send("PUB a 1\r\n1\r\nPUB b 1\r\n2\r\nPUB a 1\r\n3\r\nPUB d 1\r\n4\r\nPUB c 1\r\n5\r\n");
  EXPECT_EQ(readers_[0].take(),
            "MSG a 7 1\r\n1\r\nMSG b 8 1\r\n2\r\nMSG a 7 1\r\n3\r\nMSG d 5 1\r\n4\r\n"
            "MSG c 9 1\r\n5\r\n");
}

TEST_F(FanoutTest, WritesForEachSidAndForEachKindOfReader) {
  for (size_t i = 0; i < kReaders; ++i) {
    readers_.push_back(i % 2 == 0 ? client() : client_with(R"("verbose":false)"));
    readers_.back().send("SUB a " + std::to_string(i % 3) + "\r\n");
  }
  client().send("HPUB a 2 5\r\nHHabc\r\n");
  for (size_t i = 0; i < kReaders; ++i) {
    const std::string sid = std::to_string(i % 3);
    EXPECT_EQ(readers_[i].take(), i % 2 == 0 ? "HMSG a " + sid + " 2 5\r\nHHabc\r\n"
                                             : "MSG a " + sid + " 3\r\nabc\r\n");
  }
}

TEST_F(FanoutTest, AReaderThatLearnsOfHeadersGetsThemFromThenOn) {
  subscribe_all("SUB a 7\r\n");
  SceneClient late = bare_client();
  late.send("SUB a 7\r\n");
  late.take();
  SceneClient publisher = client();
  publisher.send("HPUB a 2 3\r\nHHx\r\n");
  EXPECT_EQ(late.take(), "MSG a 7 1\r\nx\r\n");
  late.send("CONNECT {\"verbose\":false,\"headers\":true}\r\n");
  publisher.send("HPUB a 2 3\r\nHHx\r\n");
  EXPECT_EQ(late.take(), "HMSG a 7 2 3\r\nHHx\r\n");
}

TEST_F(FanoutTest, ThePublisherWithoutEchoIsLeftOut) {
  subscribe_all("SUB a 7\r\n");
  SceneClient publisher = client_with(R"("verbose":false,"echo":false)");
  publisher.send("SUB a 7\r\n");
  EXPECT_EQ(publisher.ask("PUB a 1\r\nx\r\n"), "");
  expect_all("MSG a 7 1\r\nx\r\n");
  // Two publishers in one turn: each is left out of its own only.
  readers_[0].send_later("PUB a 1\r\n1\r\n");
  publisher.send_later("PUB a 1\r\n2\r\n");
  world().settle();
  EXPECT_EQ(publisher.take(), "MSG a 7 1\r\n1\r\n");
  expect_all("MSG a 7 1\r\n1\r\nMSG a 7 1\r\n2\r\n");
}

TEST_F(FanoutTest, ASubscriptionGetsNothingFromBeforeItAndEverythingAfter) {
  subscribe_all("SUB a 7\r\n");
  SceneClient client = this->client();
  EXPECT_EQ(client.ask("PUB a 1\r\n1\r\nSUB a 9\r\nPUB a 1\r\n2\r\nUNSUB 9\r\nPUB a 1\r\n3\r\n"),
            "MSG a 9 1\r\n2\r\n");
  expect_all("MSG a 7 1\r\n1\r\nMSG a 7 1\r\n2\r\nMSG a 7 1\r\n3\r\n");
}

TEST_F(FanoutTest, AMaximumIsCountedExactlyAmongMany) {
  subscribe_all("SUB a 7\r\n");
  SceneClient limited = client();
  limited.send("SUB a 9\r\n");
  SceneClient publisher = client();
  publisher.send("PUB a 1\r\n1\r\n");
  limited.send("UNSUB 9 3\r\n");
  publisher.send("PUB a 1\r\n2\r\nPUB a 1\r\n3\r\nPUB a 1\r\n4\r\nPUB a 1\r\n5\r\n");
  EXPECT_EQ(limited.take(), "MSG a 9 1\r\n1\r\nMSG a 9 1\r\n2\r\nMSG a 9 1\r\n3\r\n");
  EXPECT_TRUE(limited.session().subscriptions.empty());
}

TEST_F(FanoutTest, AReaderOfTwoMatchingSubjectsGetsBothInOrder) {
  subscribe_all("SUB a.b 1\r\nSUB a.* 2\r\n");
  client().send("PUB a.b 1\r\nx\r\nPUB a.b 1\r\ny\r\n");
  for (SceneClient& reader : readers_) {
    const std::string text = reader.take();
    for (const char* sid : {"1", "2"}) {
      const size_t first = text.find("MSG a.b " + std::string(sid) + " 1\r\nx");
      const size_t second = text.find("MSG a.b " + std::string(sid) + " 1\r\ny");
      EXPECT_LT(first, second) << text;
      EXPECT_NE(second, std::string::npos) << text;
    }
  }
}

TEST_F(FanoutTest, AStuckReaderKeepsItsPlaceInTheStreamWithoutHoldingUpOthers) {
  subscribe_all("SUB a 7\r\n");
  SceneClient& stuck = readers_[3];
  stuck.pipe().room = 5;
  SceneClient publisher = client();
  std::string expected;
  for (int i = 0; i < 10; ++i) {
    publisher.send("PUB a 1\r\n" + std::to_string(i) + "\r\n");
    stuck.send("PING\r\n");
    expected += "MSG a 7 1\r\n" + std::to_string(i) + "\r\nPONG\r\n";
  }
  std::string others;
  for (int i = 0; i < 10; ++i) others += "MSG a 7 1\r\n" + std::to_string(i) + "\r\n";
  EXPECT_EQ(readers_[2].take(), others);
  EXPECT_GT(shard().pool.bytes_in_use(), 0u);
  std::string got = stuck.take();
  EXPECT_EQ(got.size(), 5u);
  EXPECT_TRUE(world().settle());
  got += stuck.take();
  EXPECT_EQ(got, expected);
  EXPECT_EQ(shard().pool.bytes_in_use(), 0u);
}

TEST_F(FanoutTest, ABrokenReaderGoesAndTheOthersGetEverything) {
  subscribe_all("SUB a 7\r\n");
  readers_[5].pipe().broken = true;  // it shows only when something is written
  client().send("PUB a 1\r\nx\r\nPUB a 1\r\ny\r\n");
  EXPECT_TRUE(readers_[5].is_closed());
  EXPECT_EQ(readers_[5].close_reason(), CloseReason::kWriteError);
  for (size_t i = 0; i < kReaders; ++i) {
    if (i == 5) continue;
    EXPECT_EQ(readers_[i].take(), "MSG a 7 1\r\nx\r\nMSG a 7 1\r\ny\r\n");
  }
  EXPECT_EQ(shard().pool.bytes_in_use(), 0u);
}

TEST_F(FanoutTest, SlowReadersAreClosedInTheMiddleOfABatch) {
  settings_.session.pending_bytes_max = 3000;
  subscribe_all("SUB a 7\r\n");
  for (const size_t slow : {0, 4, 5}) readers_[slow].pipe().room = 0;
  SceneClient publisher = client();
  const std::string payload(1000, 'x');
  for (int i = 0; i < 5; ++i) publisher.send("PUB a 1000\r\n" + payload + "\r\n");
  for (size_t i = 0; i < kReaders; ++i) {
    const bool slow = i == 0 || i == 4 || i == 5;
    EXPECT_EQ(readers_[i].is_closed(), slow) << i;
    if (slow) continue;
    const size_t each = std::string("MSG a 7 1000\r\n\r\n").size() + payload.size();
    EXPECT_EQ(readers_[i].take().size(), 5 * each);
  }
  EXPECT_EQ(shard().counters.slow_consumers, 3u);
  EXPECT_EQ(shard().pool.bytes_in_use(), 0u);
}

TEST_F(FanoutTest, BatchesLargerThanTheirBoundAreHandedOverInPieces) {
  subscribe_all("SUB a 7\r\n");
  const std::string payload(3000, 'x');
  std::string all;
  std::string expected;
  for (int i = 0; i < 100; ++i) {
    all += "PUB a 3000\r\n" + payload + "\r\n";
    expected += "MSG a 7 3000\r\n" + payload + "\r\n";
  }
  client().send(all);
  expect_all(expected);
}

}  // namespace
}  // namespace antiphon
