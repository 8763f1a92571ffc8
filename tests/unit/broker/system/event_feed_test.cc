#include "broker/system/event_feed.h"

#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>
#include <thread>

#include "tests/unit/broker/monitor/fake_server.h"

namespace antiphon {
namespace {

using Json = nlohmann::json;
using Kind = ClientEvent::Kind;

constexpr std::chrono::seconds kDeadline{60};

// Shards that take what is published, when they are let.
class FakeOutlet final : public EventOutlet {
 public:
  struct Published {
    ShardId shard;
    ServerMessage message;
  };

  std::vector<bool> listened_to(const std::vector<std::string>& subjects) override {
    const std::lock_guard lock(mutex_);
    std::vector<bool> listened;
    for (const std::string& subject : subjects) listened.push_back(listened_.contains(subject));
    return listened;
  }
  void publish(ShardId shard, std::vector<ServerMessage> messages) override {
    std::unique_lock lock(mutex_);
    calling_ = true;
    changed_.notify_all();
    changed_.wait(lock, [this] { return is_open_; });
    calling_ = false;
    batches_.push_back(messages.size());
    for (ServerMessage& message : messages) published_.push_back({shard, std::move(message)});
    changed_.notify_all();
  }

  void listen(std::string subject) {
    const std::lock_guard lock(mutex_);
    listened_.insert(std::move(subject));
  }
  // Until then a shard is busy.
  void set_open(bool is_open) {
    const std::lock_guard lock(mutex_);
    is_open_ = is_open;
    changed_.notify_all();
  }
  void wait_for_call() {
    wait_until([this] { return calling_; });
  }
  std::vector<Published> wait_for(size_t count) {
    wait_until([&] { return published_.size() >= count; });
    return published();
  }
  std::vector<Published> published() {
    const std::lock_guard lock(mutex_);
    return published_;
  }
  std::vector<size_t> batches() {
    const std::lock_guard lock(mutex_);
    return batches_;
  }

 private:
  void wait_until(const std::function<bool()>& done) {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, kDeadline, done)) throw std::runtime_error("nothing came in time");
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::set<std::string> listened_;
  bool is_open_ = true;
  bool calling_ = false;
  std::vector<Published> published_;
  std::vector<size_t> batches_;
};

class EventFeedTest : public testing::Test {
 protected:
  EventFeedTest() {
    server_.accounts_ = {{"$G", 0}, {"A", 2}, {"B", 0}};
    server_.account_figures_ = {{"$G", "$G", 0, 0, {}, {}, 0}, {"A", "A", 2, 5, {}, {}, 0}, {"B", "B", 0, 0, {}, {}, 0}};
    feed_.start();
  }
  ~EventFeedTest() override {
    outlet_.set_open(true);
    feed_.stop();
  }
  static ClientEvent event(Kind kind, uint64_t client_id, ShardId shard = {}) {
    ClientEvent made;
    made.kind = kind;
    made.shard = shard;
    made.account = AccountId{1};
    made.account_name = "A";
    made.facts.client_id = client_id;
    return made;
  }
  static uint64_t client_of(const FakeOutlet::Published& published) {
    return Json::parse(published.message.payload)["client"]["id"];
  }

  FakeServer server_;
  FakeOutlet outlet_;
  EventFeed feed_{server_, outlet_, "NID"};
};

TEST_F(EventFeedTest, EachKindHasItsSubject) {
  feed_.client_event(event(Kind::kConnected, 1));
  feed_.client_event(event(Kind::kRefused, 2));
  feed_.client_event(event(Kind::kRefusedInAccount, 3));
  feed_.client_event(event(Kind::kDisconnected, 4));
  const auto all = outlet_.wait_for(4);
  EXPECT_EQ(all[0].message.subject, "$SYS.ACCOUNT.A.CONNECT");
  EXPECT_EQ(all[1].message.subject, "$SYS.SERVER.NID.CLIENT.AUTH.ERR");
  EXPECT_EQ(all[2].message.subject, "$SYS.ACCOUNT.CLIENT.AUTH.ERR");
  EXPECT_EQ(all[3].message.subject, "$SYS.ACCOUNT.A.DISCONNECT");
  for (size_t i = 0; i < all.size(); ++i) {
    EXPECT_EQ(client_of(all[i]), i + 1);
    EXPECT_EQ(all[i].message.account.has_value(), i == 2) << "that one is the account's";
  }
  EXPECT_EQ(Json::parse(all[0].message.payload)["server"]["id"], "NSERVERID");
}

TEST_F(EventFeedTest, WhileAShardIsBusyEventsWaitAndAreThenToldInBatchesAndInOrder) {
  outlet_.set_open(false);
  feed_.client_event(event(Kind::kConnected, 1, ShardId{2}));
  outlet_.wait_for_call();
  constexpr size_t kMore = 2 * EventFeed::kBatchMax + 1;
  for (uint64_t id = 2; id < kMore + 2; ++id) {
    feed_.client_event(event(Kind::kConnected, id, ShardId{2}));
  }
  outlet_.set_open(true);
  const auto all = outlet_.wait_for(kMore + 1);
  for (size_t i = 0; i < all.size(); ++i) {
    EXPECT_EQ(client_of(all[i]), i + 1);
    EXPECT_EQ(all[i].shard, ShardId{2});
  }
  EXPECT_EQ(outlet_.batches(), (std::vector<size_t>{1, EventFeed::kBatchMax, EventFeed::kBatchMax, 1}));
}

TEST_F(EventFeedTest, TooManyAreDroppedAndCounted) {
  outlet_.set_open(false);
  feed_.client_event(event(Kind::kConnected, 1));
  outlet_.wait_for_call();
  for (size_t i = 0; i < EventFeed::kWaitingMax + 5; ++i) feed_.client_event(event(Kind::kConnected, 2));
  EXPECT_EQ(feed_.dropped(), 5u);
  outlet_.set_open(true);
  outlet_.wait_for(EventFeed::kWaitingMax + 1);
  feed_.stop();
  EXPECT_EQ(feed_.told(), EventFeed::kWaitingMax + 1);
}

TEST_F(EventFeedTest, WhoHasManyToTellWaitsForRoomAndLosesNone) {
  outlet_.set_open(false);
  feed_.client_event(event(Kind::kConnected, 1));
  outlet_.wait_for_call();
  for (size_t i = 0; i < EventFeed::kWaitingMax; ++i) feed_.client_event(event(Kind::kConnected, 2));
  const int64_t begin_ms = steady_now().ms();
  feed_.await_room(1);
  EXPECT_GE(steady_now().ms(), begin_ms + EventFeed::kRoomMs) << "not for ever, though: nobody reads";
  std::thread opener([this] { outlet_.set_open(true); });
  feed_.await_room(EventFeed::kBatchMax);
  for (size_t i = 0; i < EventFeed::kBatchMax; ++i) feed_.client_event(event(Kind::kConnected, 3));
  opener.join();
  outlet_.wait_for(1 + EventFeed::kWaitingMax + EventFeed::kBatchMax);
  EXPECT_EQ(feed_.dropped(), 0u);
}

TEST_F(EventFeedTest, ConnectionsAreToldUnderBothSubjects) {
  feed_.connections_changed(AccountId{1});
  const auto all = outlet_.wait_for(2);
  EXPECT_EQ(all[0].message.subject, "$SYS.SERVER.ACCOUNT.A.CONNS");
  EXPECT_EQ(all[1].message.subject, "$SYS.ACCOUNT.A.SERVER.CONNS");
  const Json json = Json::parse(all[1].message.payload);
  EXPECT_EQ(json["conns"], 2);
  EXPECT_EQ(json["num_subscriptions"], 5);
}

TEST_F(EventFeedTest, ManyChangesOfConnectionsAreToldAsOne) {
  outlet_.set_open(false);
  feed_.client_event(event(Kind::kConnected, 1));
  outlet_.wait_for_call();
  for (int i = 0; i < 1000; ++i) feed_.connections_changed(AccountId{1});
  outlet_.set_open(true);
  outlet_.wait_for(3);
  feed_.stop();
  EXPECT_EQ(outlet_.published().size(), 3u);
}

TEST_F(EventFeedTest, TheServerTellsHowItDoesWhereSomebodyListens) {
  outlet_.listen("$SYS.SERVER.NID.STATSZ");
  const auto all = outlet_.wait_for(2);  // the second comes twice as late
  for (const auto& one : all) {
    EXPECT_EQ(one.message.subject, "$SYS.SERVER.NID.STATSZ");
    const Json json = Json::parse(one.message.payload);
    EXPECT_EQ(json["statsz"]["active_accounts"], 1);
    EXPECT_EQ(json["server"]["id"], "NSERVERID");
  }
}

TEST_F(EventFeedTest, LeavingIsToldAndThenNothingMore) {
  outlet_.listen("$SYS.SERVER.NID.LAMEDUCK");
  outlet_.listen("$SYS.SERVER.NID.SHUTDOWN");
  feed_.tell_lame_duck();
  outlet_.wait_for(1);
  feed_.client_event(event(Kind::kDisconnected, 1));
  feed_.stop();
  feed_.client_event(event(Kind::kDisconnected, 2));
  feed_.connections_changed(AccountId{1});
  const auto all = outlet_.published();
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[0].message.subject, "$SYS.SERVER.NID.LAMEDUCK");
  EXPECT_EQ(client_of(all[1]), 1u);
  EXPECT_EQ(all[2].message.subject, "$SYS.SERVER.NID.SHUTDOWN");
  EXPECT_EQ(Json::parse(all[2].message.payload)["id"], "NSERVERID");
  EXPECT_EQ(feed_.dropped(), 0u);
}

TEST_F(EventFeedTest, WhereNobodyListensTheEndIsNotTold) {
  feed_.tell_lame_duck();
  feed_.stop();
  EXPECT_TRUE(outlet_.published().empty());
}

}  // namespace
}  // namespace antiphon
