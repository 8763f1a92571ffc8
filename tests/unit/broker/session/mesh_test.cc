#include "broker/session/mesh.h"

#include <gtest/gtest.h>

#include <optional>

namespace antiphon {
namespace {

constexpr ShardId k0{0};
constexpr ShardId k1{1};
constexpr ShardId k2{2};

MeshMessage numbered(uint64_t number) { return InterestVisible{number}; }

// Takes up to `max` messages from every shard.
std::vector<uint64_t> receive(MeshPort& port, size_t max, bool* more = nullptr) {
  std::vector<uint64_t> numbers;
  const bool rest = port.receive(max, [&numbers](ShardId, MeshMessage& message) {
    numbers.push_back(std::get<InterestVisible>(message).sequence);
  });
  if (more != nullptr) *more = rest;
  return numbers;
}

using Numbers = std::vector<uint64_t>;

TEST(Mesh, CarriesMessagesInOrderToTheirShardOnly) {
  Mesh mesh(3);
  MeshPort a(mesh, k0);
  MeshPort b(mesh, k1);
  MeshPort c(mesh, k2);
  for (uint64_t i = 0; i < 5; ++i) a.send(k1, numbered(i));
  c.send(k1, numbered(100));
  EXPECT_FALSE(b.empty());
  EXPECT_TRUE(a.empty());
  EXPECT_EQ(receive(a, 64), Numbers{});
  EXPECT_EQ(receive(b, 64), (Numbers{0, 1, 2, 3, 4, 100}));
  EXPECT_TRUE(b.empty());
}

TEST(Mesh, TellsFromWhomAMessageIs) {
  Mesh mesh(2);
  MeshPort a(mesh, k0);
  MeshPort b(mesh, k1);
  b.send(k0, numbered(1));
  std::optional<ShardId> from;
  a.receive(64, [&from](ShardId sender, MeshMessage&) { from = sender; });
  EXPECT_EQ(from, k1);
}

TEST(Mesh, KeepsOrderWhenARingIsFull) {
  Mesh mesh(2, 2);
  MeshPort a(mesh, k0);
  MeshPort b(mesh, k1);
  for (uint64_t i = 0; i < 7; ++i) a.send(k1, numbered(i));
  EXPECT_TRUE(a.is_congested());
  EXPECT_TRUE(a.is_congested(k1));
  Numbers all;
  for (int turn = 0; turn < 10; ++turn) {
    for (const uint64_t number : receive(b, 64)) all.push_back(number);
    // What is sent while others wait must not overtake them.
    if (turn == 1) a.send(k1, numbered(7));
    a.flush();
  }
  EXPECT_EQ(all, (Numbers{0, 1, 2, 3, 4, 5, 6, 7}));
  EXPECT_FALSE(a.is_congested());
  EXPECT_FALSE(a.is_congested(k1));
}

TEST(Mesh, OneFullRingDoesNotHoldUpTheOthers) {
  Mesh mesh(3, 1);
  MeshPort a(mesh, k0);
  MeshPort c(mesh, k2);
  a.send(k1, numbered(1));
  a.send(k1, numbered(2));
  a.send(k2, numbered(3));
  EXPECT_TRUE(a.is_congested(k1));
  EXPECT_FALSE(a.is_congested(k2));
  EXPECT_EQ(receive(c, 64), (Numbers{3}));
}

TEST(Mesh, GivesNoMoreOfOneShardThanAskedAndSaysThatThereMayBeMore) {
  Mesh mesh(2);
  MeshPort a(mesh, k0);
  MeshPort b(mesh, k1);
  for (uint64_t i = 0; i < 5; ++i) a.send(k1, numbered(i));
  bool more = false;
  EXPECT_EQ(receive(b, 2, &more), (Numbers{0, 1}));
  EXPECT_TRUE(more);
  EXPECT_EQ(receive(b, 10, &more), (Numbers{2, 3, 4}));
  EXPECT_FALSE(more);
}

TEST(Mesh, WakesOnlyThoseThatGotSomething) {
  Mesh mesh(3);
  Wakeup wakeups[3];
  for (uint16_t i = 0; i < 3; ++i) {
    mesh.set_wakeup(ShardId{i}, &wakeups[i]);
    wakeups[i].will_sleep();
  }
  const auto woken = [](const Wakeup& wakeup) {
    uint64_t count = 0;
    return ::read(wakeup.descriptor(), &count, sizeof count) == sizeof count;
  };
  MeshPort a(mesh, k0);
  a.send(k1, numbered(1));
  EXPECT_FALSE(woken(wakeups[1])) << "one wake-up for a whole turn, at its end";
  a.flush();
  EXPECT_TRUE(woken(wakeups[1]));
  EXPECT_FALSE(woken(wakeups[2]));
  wakeups[1].will_sleep();
  a.flush();
  EXPECT_FALSE(woken(wakeups[1]));
}

TEST(Mesh, ABatchLivesUntilItsLastHolderLetsGo) {
  auto* batch = new MessageBatch;
  batch->holders = 2;
  release(batch);
  EXPECT_EQ(batch->holders.load(), 1u);
  release(batch);
}

TEST(Mesh, FreesWhatNobodyWillReceive) {
  // The address sanitizer tells if anything is left.
  Mesh mesh(2, 1);
  {
    MeshPort a(mesh, k0);
    for (int i = 0; i < 3; ++i) {
      auto* batch = new MessageBatch;
      batch->holders = 1;
      a.send(k1, DeliverBatch{batch});
      a.send(k1, InterestChanged{new InterestDeltas(1)});
    }
  }
  MeshMessage message = InterestChanged{new InterestDeltas(1)};
  discard(message);
  EXPECT_TRUE(std::holds_alternative<std::monostate>(message));
}

TEST(MeshDeathTest, NobodySendsToItself) {
  Mesh mesh(2);
  MeshPort a(mesh, k0);
  EXPECT_DEATH(a.send(k0, numbered(1)), "check failed");
  EXPECT_DEATH(Mesh(0), "check failed");
  EXPECT_DEATH(Mesh(kShardsMax + 1), "check failed");
}

}  // namespace
}  // namespace antiphon
