#include "broker/session/pending_output.h"

#include "tests/unit/broker/session/scene.h"

namespace antiphon {
namespace {

class PendingOutputTest : public Scene {
 protected:
  static std::string message(std::string_view subject, size_t bytes) {
    return "PUB " + std::string(subject) + " " + std::to_string(bytes) + "\r\n" +
           std::string(bytes, 'x') + "\r\n";
  }
  SceneClient stuck(std::string_view subject, uint16_t shard = 0) {
    SceneClient client = this->client(shard);
    client.send("SUB " + std::string(subject) + " 1\r\n");
    client.pipe().room = 0;
    return client;
  }
  uint64_t in_use() {
    uint64_t sum = 0;
    for (uint16_t i = 0; i < world().shard_count(); ++i) sum += shard(i).pool.bytes_in_use();
    return sum;
  }
};

TEST_F(PendingOutputTest, TheBudgetKnowsWhatWaits) {
  settings_.pending_total_bytes_max = 1'000'000;
  SceneClient reader = stuck("a");
  client().send(message("a", 50'000));
  EXPECT_EQ(world().budget().in_use(), shard().pool.bytes_in_use());
  reader.pipe().room = SIZE_MAX;
  reader.take();
  world().settle();
  EXPECT_EQ(world().budget().in_use(), 0u);
}

TEST_F(PendingOutputTest, TheLargestOfTheStuckPaysAndNobodyElse) {
  settings_.pending_total_bytes_max = 200'000;
  SceneClient small = stuck("small");
  SceneClient large = stuck("large");
  SceneClient publisher = client();
  publisher.send(message("small", 30'000));
  publisher.send(message("large", 100'000));
  EXPECT_FALSE(large.is_closed());
  publisher.send(message("large", 90'000));
  EXPECT_TRUE(large.is_closed());
  EXPECT_EQ(large.close_reason(), CloseReason::kSlowConsumerPendingBudget);
  EXPECT_EQ(large.take(), "") << "nothing more is written to it";
  EXPECT_FALSE(small.is_closed());
  EXPECT_FALSE(publisher.is_closed());
  EXPECT_EQ(shard().counters.slow_consumers, 1u);
  EXPECT_LE(in_use(), 200'000u);
  EXPECT_EQ(publisher.ask("PING\r\n"), "PONG\r\n") << "the publisher is not held up";
}

TEST_F(PendingOutputTest, OneThatIsStuckForLongGoesBeforeALargerOneThatIsBehind) {
  settings_.pending_total_bytes_max = 250'000;
  SceneClient publisher = client();
  SceneClient old = stuck("old");
  publisher.send(message("old", 40'000));
  advance_ms(5000);
  SceneClient behind = stuck("behind");
  publisher.send(message("behind", 120'000));
  publisher.send(message("behind", 39'000));
  EXPECT_TRUE(old.is_closed());
  EXPECT_FALSE(behind.is_closed());
}

TEST_F(PendingOutputTest, SharersOfABlockPayUntilItIsFree) {
  settings_.pending_total_bytes_max = 200'000;
  std::vector<SceneClient> readers;
  for (size_t i = 0; i < 2 * Fanout::kReadersMin; ++i) readers.push_back(stuck("a"));
  SceneClient publisher = client();
  for (int i = 0; i < 6; ++i) publisher.send(message("a", 40'000));
  size_t closed = 0;
  for (SceneClient& reader : readers) closed += reader.is_closed() ? 1 : 0;
  EXPECT_EQ(closed, readers.size()) << "the block is free only when its last reader is gone";
  EXPECT_LE(in_use(), 200'000u);
}

TEST_F(PendingOutputTest, AReaderThatTakesWhatItGetsIsNeverClosed) {
  settings_.pending_total_bytes_max = 100'000;
  SceneClient reader = client();
  reader.send("SUB a 1\r\n");
  SceneClient publisher = client();
  for (int i = 0; i < 10; ++i) publisher.send(message("a", 90'000));
  EXPECT_FALSE(reader.is_closed());
}

TEST_F(PendingOutputTest, ShardsPayByWhatTheyHold) {
  settings_.shard_count = 2;
  // A waiting message of 20,000 bytes holds a chunk of 64 KiB.
  settings_.pending_total_bytes_max = 1'100'000;
  std::vector<SceneClient> here;
  std::vector<SceneClient> there;
  SceneClient publisher = client(0);
  for (int i = 0; i < 8; ++i) {
    here.push_back(stuck("here." + std::to_string(i), 0));
    there.push_back(stuck("there." + std::to_string(i), 1));
    publisher.send(message("here." + std::to_string(i), 20'000));
    publisher.send(message("there." + std::to_string(i), 20'000));
  }
  EXPECT_EQ(shard(0).counters.slow_consumers + shard(1).counters.slow_consumers, 0u);
  publisher.send(message("here.0", 60'000));
  publisher.send(message("there.0", 60'000));
  EXPECT_GT(shard(0).counters.slow_consumers, 0u);
  EXPECT_GT(shard(1).counters.slow_consumers, 0u);
  EXPECT_LT(shard(0).counters.slow_consumers, 6u);
  EXPECT_LT(shard(1).counters.slow_consumers, 6u);
  EXPECT_LE(in_use(), 1'100'000u);
}

TEST_F(PendingOutputTest, AReloadThatLowersTheBudgetTakesEffect) {
  settings_.pending_total_bytes_max = 400'000;
  SceneClient reader = stuck("a");
  SceneClient publisher = client();
  publisher.send(message("a", 100'000));
  world().budget().set_max(50'000);
  publisher.send("PING\r\n");
  EXPECT_EQ(reader.close_reason(), CloseReason::kSlowConsumerPendingBudget);
}

}  // namespace
}  // namespace antiphon
