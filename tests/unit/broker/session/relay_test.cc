#include "broker/session/relay.h"

#include "broker/session/turn.h"
#include "tests/unit/broker/session/scene.h"

namespace antiphon {
namespace {

class RelayTest : public Scene {
 protected:
  RelayTest() { settings_.shard_count = 3; }
  static size_t count(const std::string& text, const std::string& what) {
    size_t found = 0;
    for (size_t at = text.find(what); at != text.npos; at = text.find(what, at + 1)) ++found;
    return found;
  }
};

TEST_F(RelayTest, ReachesSubscribersOfEveryShardOnce) {
  std::vector<SceneClient> readers;
  for (uint16_t i = 0; i < 3; ++i) {
    readers.push_back(client(i));
    readers.back().send("SUB a.* 1\r\n");
  }
  SceneClient publisher = client(1);
  publisher.send("PUB a.b r 2\r\nhi\r\nHPUB a.b 2 3\r\nHHx\r\n");
  for (SceneClient& reader : readers) {
    EXPECT_EQ(reader.take(), "MSG a.b 1 r 2\r\nhi\r\nHMSG a.b 1 2 3\r\nHHx\r\n");
  }
  EXPECT_EQ(shard(1).counters.batches_relayed, 1u);
  EXPECT_EQ(shard(0).counters.batches_relayed, 0u);
}

TEST_F(RelayTest, HandsNothingToShardsThatDoNotCare) {
  SceneClient reader = client(1);
  reader.send("SUB a 1\r\n");
  client(1).send("PUB a 1\r\nx\r\nPUB b 1\r\nx\r\n");
  EXPECT_EQ(reader.take(), "MSG a 1 1\r\nx\r\n");
  for (uint16_t i = 0; i < 3; ++i) EXPECT_EQ(shard(i).counters.batches_relayed, 0u);
}

TEST_F(RelayTest, EncodesForManyReadersOfAnotherShardAtOnce) {
  std::vector<SceneClient> readers;
  for (size_t i = 0; i < 2 * Fanout::kReadersMin; ++i) {
    readers.push_back(client(2));
    readers.back().send("SUB a 7\r\n");
  }
  client(0).send("PUB a 1\r\nx\r\nPUB a 1\r\ny\r\n");
  for (SceneClient& reader : readers) EXPECT_EQ(reader.take(), "MSG a 7 1\r\nx\r\nMSG a 7 1\r\ny\r\n");
}

TEST_F(RelayTest, SharesAGroupsWorkOverItsShards) {
  std::vector<SceneClient> members;
  for (uint16_t i = 0; i < 3; ++i) {
    members.push_back(client(i));
    members.back().send("SUB a q 1\r\n");
  }
  std::string all;
  for (int i = 0; i < 300; ++i) all += "PUB a 1\r\nx\r\n";
  client(0).send(all);
  size_t total = 0;
  for (SceneClient& member : members) {
    const size_t got = count(member.take(), "MSG a 1 1\r\nx\r\n");
    EXPECT_GT(got, 50u);
    total += got;
  }
  EXPECT_EQ(total, 300u);
}

TEST_F(RelayTest, GivesShardsWithMoreMembersMore) {
  SceneClient many = client(1);
  SceneClient one = client(2);
  many.send("SUB a q 1\r\nSUB a q 2\r\nSUB a q 3\r\nSUB a q 4\r\n");
  one.send("SUB a q 1\r\n");
  std::string all;
  for (int i = 0; i < 500; ++i) all += "PUB a 1\r\nx\r\n";
  client(0).send(all);
  const size_t to_one = count(one.take(), "MSG");
  EXPECT_EQ(count(many.take(), "MSG") + to_one, 500u);
  EXPECT_GT(to_one, 60u);
  EXPECT_LT(to_one, 140u);
}

// A member leaves while a message for its group is on its way to its shard.
TEST_F(RelayTest, AMessageFollowsTheGroupToAnotherShard) {
  SceneClient leaving = client(1);
  leaving.send("SUB a q 1\r\n");
  SceneClient publisher = client(0);
  publisher.send_later("PUB a 1\r\nx\r\n");
  world().run_turn(0);
  SceneClient staying = client(2);
  staying.send_later("SUB a q 1\r\n");
  world().run_turn(2);
  world().run_turn(0);  // shard 1 will have heard of the new member before the message
  leaving.send_later("UNSUB 1\r\n");
  world().settle();
  EXPECT_EQ(count(leaving.take() + staying.take(), "MSG a 1 1\r\nx\r\n"), 1u);
}

TEST_F(RelayTest, AMessageIsForwardedUntilSomebodyTakesIt) {
  constexpr int kRounds = 60;
  size_t forwarded = 0;
  SceneClient staying = client(2);
  staying.send("SUB a q 1\r\n");
  SceneClient publisher = client(0);
  for (int i = 0; i < kRounds; ++i) {
    SceneClient leaving = client(1);
    leaving.send("SUB a q 1\r\nSUB a q 2\r\nSUB a q 3\r\n");
    leaving.send_later("UNSUB 1\r\nUNSUB 2\r\nUNSUB 3\r\n");
    publisher.send_later("PUB a 1\r\nx\r\n");
    world().run_turn(0);
    world().settle();
    EXPECT_EQ(count(leaving.take() + staying.take(), "MSG a"), 1u) << i;
    leaving.close();
    forwarded = shard(1).counters.queue_picks_forwarded;
  }
  EXPECT_GT(forwarded, 0u);
  EXPECT_EQ(shard(1).counters.queue_picks_lost, 0u);
}

TEST_F(RelayTest, AForwardedMessageNeverComesBackToAPublisherWithoutEcho) {
  SceneClient publisher = client_with(R"("verbose":false,"echo":false)", 0);
  publisher.send("SUB a q 1\r\n");
  for (int i = 0; i < 40; ++i) {
    SceneClient leaving = client(1);
    leaving.send("SUB a q 1\r\n");
    leaving.send_later("UNSUB 1\r\n");
    publisher.send_later("PUB a 1\r\nx\r\n");
    world().run_turn(0);
    world().settle();
    EXPECT_EQ(publisher.take(), "");
    leaving.close();
  }
  EXPECT_GT(shard(0).counters.queue_picks_lost, 0u) << "nobody else was left";
}

TEST_F(RelayTest, AGroupOfThePublisherAloneWithoutEchoUsesTheOtherShards) {
  SceneClient publisher = client_with(R"("verbose":false,"echo":false)", 0);
  publisher.send("SUB a q 1\r\n");
  SceneClient other = client(1);
  other.send("SUB a q 1\r\n");
  for (int i = 0; i < 20; ++i) publisher.send("PUB a 1\r\nx\r\n");
  EXPECT_EQ(publisher.take(), "");
  EXPECT_EQ(count(other.take(), "MSG a"), 20u);
}

TEST_F(RelayTest, APublisherWaitsWhileTheRingIsFullAndLosesNothing) {
  settings_.ring_messages = 1;
  SceneClient reader = client(1);
  reader.send("SUB a 1\r\n");
  SceneClient publisher = client(0);
  const std::string payload(40'000, 'x');
  const std::string text = "PUB a 40000\r\n" + payload + "\r\n";
  // Only shard 0 takes turns: its batches fill the ring, then the outbox, then it stops reading.
  for (int i = 0; i < 30; ++i) {
    publisher.send_later(text);
    world().run_turn(0);
  }
  EXPECT_TRUE(shard(0).port.is_congested(ShardId{1}));
  EXPECT_GT(shard(0).counters.reads_paused, 0u);
  EXPECT_GT(publisher.pipe().to_server.size(), 20u * 40'000);
  EXPECT_FALSE(shard(0).mesh_paused.empty());
  world().settle();
  EXPECT_TRUE(shard(0).mesh_paused.empty());
  EXPECT_EQ(count(reader.take(), "MSG a 1 40000\r\n"), 30u);
}

TEST_F(RelayTest, OthersGoOnWhileOnePublisherWaits) {
  settings_.ring_messages = 1;
  SceneClient far = client(1);
  far.send("SUB a 1\r\n");
  SceneClient near = client(0);
  near.send("SUB b 1\r\n");
  SceneClient publisher = client(0);
  SceneClient neighbour = client(0);
  for (int i = 0; i < 10; ++i) {
    publisher.send_later("PUB a 1\r\nx\r\n");
    world().run_turn(0);
  }
  ASSERT_TRUE(shard(0).port.is_congested(ShardId{1}));
  neighbour.send_later("PUB b 1\r\ny\r\n");
  world().run_turn(0);
  EXPECT_EQ(near.take(), "MSG b 1 1\r\ny\r\n");
}

}  // namespace
}  // namespace antiphon
