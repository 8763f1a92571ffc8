// The thread of one shard: waits for events and runs the shard's turns.
//
// LIFETIME: start() after every shard of the mesh exists; stop() (or the destructor) before any is
// destroyed.
#pragma once

#include <future>
#include <memory>
#include <optional>
#include <thread>

#include "broker/net/listener.h"
#include "broker/session/aftermath.h"
#include "broker/session/shard.h"

namespace antiphon {

class ShardThread {
 public:
  ShardThread(ShardId id, ShardServices services, std::shared_ptr<const SessionSettings> settings);
  ~ShardThread();
  ShardThread(const ShardThread&) = delete;
  ShardThread& operator=(const ShardThread&) = delete;

  Shard& shard() { return shard_; }

  void start(Listener listener);
  // Ends the loop after the current turn and waits for it.
  void stop();
  // Started, and not stopped yet.
  bool is_running() const { return thread_.joinable(); }

  // Shard: no further connection is accepted.
  void stop_accepting();

 private:
  void run();
  void accept_some();
  void pause_accepting();

  // After the process ran out of descriptors, how long to wait before trying again.
  static constexpr int64_t kAcceptPauseMs = 100;

  Poller poller_;
  Shard shard_;
  Aftermath aftermath_;
  std::optional<Listener> listener_;
  int64_t accept_again_ms_ = 0;  // 0: accepting is not paused
  std::thread thread_;
};

// Runs `function(Shard&)` on the shard, between two turns, and waits for what it returns.
// REQUIRES: the thread has been started, and the caller is none of the shards.
template <typename Function>
auto ask_shard(ShardThread& thread, Function function) {
  using Result = decltype(function(thread.shard()));
  auto promise = std::make_shared<std::promise<Result>>();
  std::future<Result> answer = promise->get_future();
  Shard& shard = thread.shard();
  shard.post([&shard, promise, function = std::move(function)]() mutable {
    promise->set_value(function(shard));
  });
  return answer.get();
}

}  // namespace antiphon
