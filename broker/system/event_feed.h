// Events for the system account: clients that come, go and are refused, how many each account has, how the
// server does, and that it leaves.
//
// MODEL: shards hand in facts; one thread here makes the texts and has them published by the shard they came
// from, so that those of one client keep their order. Heartbeats are its own: STATSZ, quickly at first, and
// for each account with clients its connections.
// WHY one thread: a storm of reconnects must cost a shard no more than copying the facts, and while a shard
// is busy this waits for it, instead of filling its inbox.
// LIMITS: kWaitingMax events wait; further ones are dropped and counted. An account's connections are told
// at most every kConnectionsPauseMs: changes that come faster are told as one.
// THREADS: SystemEvents any shard; the rest the control thread. LIFETIME: view and outlet outlive stop();
// events may be handed in after it, and are nobody's any more.
#pragma once

#include <absl/container/flat_hash_map.h>
#include <absl/container/flat_hash_set.h>

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "broker/monitor/process_usage.h"
#include "broker/monitor/server_view.h"
#include "broker/runtime/random.h"
#include "broker/session/system_events.h"
#include "broker/system/event_outlet.h"
#include "broker/system/identity_fields.h"

namespace antiphon {

class EventFeed final : public SystemEvents {
 public:
  static constexpr size_t kWaitingMax = 65'536;  // about 0.7 KB each
  static constexpr size_t kBatchMax = 256;  // events that a shard publishes in one turn
  static constexpr int64_t kRoomMs = 1'000;
  static constexpr int64_t kFirstStatszMs = 250;  // the next ones take twice as long each, up to
  static constexpr int64_t kStatszMs = 10'000;
  static constexpr int64_t kConnectionsMs = 30'000;  // and no change: looked at with each STATSZ
  static constexpr int64_t kConnectionsPauseMs = 100;

  EventFeed(ServerView& view, EventOutlet& outlet, std::string server_id);
  ~EventFeed() override;

  // REQUIRES, for start() to stop(): the shards run.
  void start();
  // Tells what waits and that the server shuts down, then nothing more. No-op unless started.
  void stop();
  void tell_lame_duck();

  // Waits until so many more events would not be dropped, at most kRoomMs. REQUIRES: count < kWaitingMax.
  void await_room(size_t count);

  void client_event(ClientEvent event) override;
  void connections_changed(AccountId account) override;

  uint64_t told() const { return told_.load(std::memory_order_relaxed); }
  uint64_t dropped() const { return dropped_.load(std::memory_order_relaxed); }

 private:
  struct Work {
    std::vector<ClientEvent> clients;
    absl::flat_hash_set<uint32_t> accounts;  // whose connections have changed
    bool heartbeat = false;
    bool lame_duck = false;
    bool last = false;
  };

  void run();
  Work wait_for_work();
  bool has_work(int64_t now_ms) const;   // REQUIRES: the lock is held
  int64_t next_due_ms() const;           // the same
  void tell_clients(const std::vector<ClientEvent>& events);
  void tell_accounts(const absl::flat_hash_set<uint32_t>& accounts);
  void tell_server(const char* what);
  void beat(int64_t now_ms);
  void publish(ShardId shard, std::vector<ServerMessage> messages);
  std::string server_json();

  ServerView& view_;
  EventOutlet& outlet_;
  const std::string server_id_;
  std::atomic<uint64_t> told_{0};
  std::atomic<uint64_t> dropped_{0};

  std::mutex mutex_;  // guards the following
  std::condition_variable changed_;
  std::condition_variable room_;  // some of the waiting events have been taken
  std::deque<ClientEvent> waiting_;
  absl::flat_hash_set<uint32_t> accounts_;
  int64_t connections_from_ms_ = 0;  // they are not told before
  int64_t beat_due_ms_ = 0;
  bool lame_duck_ = false;
  bool stopping_ = false;

  // The thread's own.
  ProcessUsage usage_;
  Random random_;
  uint64_t sequence_ = 0;
  std::optional<IdentityText> server_;  // made anew for each batch
  int64_t beat_interval_ms_ = kFirstStatszMs;
  absl::flat_hash_map<uint32_t, int64_t> accounts_told_ms_;
  std::thread thread_;
};

}  // namespace antiphon
