#include "broker/runtime/poller.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <vector>

#include "broker/runtime/clock.h"
#include "broker/runtime/unique_descriptor.h"

namespace antiphon {
namespace {

struct Pair {
  Pair() {
    int ends[2];
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends), 0);
    near = UniqueDescriptor(ends[0]);
    far = UniqueDescriptor(ends[1]);
  }
  void send() const { EXPECT_EQ(::write(far.get(), "x", 1), 1); }
  UniqueDescriptor near;
  UniqueDescriptor far;
};

std::vector<Readiness> events(Poller& poller) {
  const auto ready = poller.wait(0);
  return {ready.begin(), ready.end()};
}

TEST(Poller, TellsThatASocketCanBeWrittenRightAway) {
  Poller poller;
  const Pair pair;
  ASSERT_TRUE(poller.add(pair.near.get(), 42));
  const auto ready = events(poller);
  ASSERT_EQ(ready.size(), 1u);
  EXPECT_EQ(ready[0].key, 42u);
  EXPECT_TRUE(ready[0].writable);
  EXPECT_FALSE(ready[0].readable);
  EXPECT_FALSE(ready[0].hung_up);
  EXPECT_TRUE(events(poller).empty()) << "an edge is told once";
}

TEST(Poller, TellsOncePerArrivalAndNotAgainForWhatIsUnread) {
  Poller poller;
  const Pair pair;
  ASSERT_TRUE(poller.add(pair.near.get(), 1));
  events(poller);
  pair.send();
  ASSERT_EQ(events(poller).size(), 1u);
  EXPECT_TRUE(events(poller).empty());
  pair.send();
  const auto ready = events(poller);
  ASSERT_EQ(ready.size(), 1u);
  EXPECT_TRUE(ready[0].readable);
}

TEST(Poller, TellsAListenerUntilItIsEmptied) {
  Poller poller;
  const Pair pair;
  ASSERT_TRUE(poller.add_listener(pair.near.get(), 9));
  EXPECT_TRUE(events(poller).empty());
  pair.send();
  EXPECT_EQ(events(poller).size(), 1u);
  EXPECT_EQ(events(poller).size(), 1u);
  char byte;
  EXPECT_EQ(::read(pair.near.get(), &byte, 1), 1);
  EXPECT_TRUE(events(poller).empty());
}

TEST(Poller, TellsThatThePeerHungUp) {
  Poller poller;
  Pair pair;
  ASSERT_TRUE(poller.add(pair.near.get(), 1));
  events(poller);
  pair.far.reset();
  const auto ready = events(poller);
  ASSERT_EQ(ready.size(), 1u);
  EXPECT_TRUE(ready[0].hung_up);
  EXPECT_TRUE(ready[0].readable);
}

TEST(Poller, ForgetsWhatIsRemoved) {
  Poller poller;
  const Pair pair;
  ASSERT_TRUE(poller.add(pair.near.get(), 1));
  poller.remove(pair.near.get());
  EXPECT_TRUE(events(poller).empty());
  EXPECT_TRUE(poller.add(pair.near.get(), 2));
}

TEST(Poller, RefusesWhatCannotBePolled) {
  Poller poller;
  EXPECT_FALSE(poller.add(-1, 1));
  EXPECT_FALSE(poller.add_listener(-1, 1));
  const Pair pair;
  ASSERT_TRUE(poller.add(pair.near.get(), 1));
  EXPECT_FALSE(poller.add(pair.near.get(), 1)) << "a descriptor is registered once";
}

TEST(Poller, GivesNoMoreEventsAtOnceThanItsBoundAndTheRestNextTime) {
  Poller poller;
  std::vector<Pair> pairs(Poller::kEventsMax + 10);
  for (size_t i = 0; i < pairs.size(); ++i) ASSERT_TRUE(poller.add(pairs[i].near.get(), i));
  std::vector<bool> told(pairs.size());
  const auto first = events(poller);
  EXPECT_EQ(first.size(), static_cast<size_t>(Poller::kEventsMax));
  for (const Readiness& one : first) told[one.key] = true;
  for (const Readiness& one : events(poller)) told[one.key] = true;
  for (size_t i = 0; i < told.size(); ++i) EXPECT_TRUE(told[i]) << i;
}

TEST(Poller, WaitsNoLongerThanItIsTold) {
  Poller poller;
  const SteadyTime before = steady_now();
  EXPECT_TRUE(poller.wait(20).empty());
  EXPECT_GE(steady_now().ns - before.ns, 19'000'000);
}

}  // namespace
}  // namespace antiphon
