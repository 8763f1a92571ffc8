// One thread of the handshake pool, with the clients that were given to it.
//
// MODEL: it waits for a client's first bytes, lets it queue for its turn (hello_queue.h), runs the
// handshake and hands the descriptor back. Nothing is allocated or computed for a client before its
// turn; handshakes that have begun go before those that have not; a client that leaves while it
// waits costs nothing, and one that is about to leave (client_patience.h) is not begun with until
// it has outlasted that.
// LIMITS: kWaitingMax clients; beyond it a new one is refused with kFull at once. kRunningMax
// handshakes under way, each with some 40 KB of OpenSSL's; the next waits. The request's timeout runs until
// the client says hello, and anew from its turn (in a crowd up to five times, while those that are through need
// half of it too): how long the queue is, is not the client's fault. It waits there for kQueueTimeoutMs at most.
// Afterwards it is handed back as kTimedOut. It may send 16 KiB. A client that is silent in a crowd gets the
// request's silent_max_ms: what keeps it from its first word is that crowd, and one that is cut off dials again.
// A crowd are kCrowdMin others at their handshakes, or as many that said hello within kCrowdMs: where the
// clients' machine is the slow one, whoever it has got to is served at once, and nobody queues.
// THREADS: submit() and add_to() any; the rest is the worker's own.
#pragma once

#include <absl/container/flat_hash_map.h>
#include <absl/functional/any_invocable.h>

#include <array>
#include <atomic>
#include <string>
#include <thread>

#include "broker/net/client_patience.h"
#include "broker/net/handshake_figures.h"
#include "broker/net/handshake_request.h"
#include "broker/net/hello_queue.h"
#include "broker/runtime/poller.h"
#include "broker/runtime/task_inbox.h"
#include "broker/runtime/timer_heap.h"
#include "broker/runtime/wakeup.h"

namespace antiphon {

class HandshakeWorker {
 public:
  static constexpr size_t kWaitingMax = 65536;
  static constexpr uint64_t kRunningMax = 4096;
  static constexpr int64_t kQueueTimeoutMs = 120'000;
  static constexpr size_t kCrowdMin = 16;
  static constexpr int64_t kCrowdMs = 1000;

  HandshakeWorker();
  // What is under way comes back as kStopped.
  ~HandshakeWorker();
  HandshakeWorker(const HandshakeWorker&) = delete;
  HandshakeWorker& operator=(const HandshakeWorker&) = delete;

  // `each_window` is called on the worker's thread while handshakes are made, and once after.
  void start(absl::AnyInvocable<void()> each_window);
  void submit(HandshakeRequest request);
  void add_to(HandshakeCounts& counts) const { figures_.add_to(counts); }

 private:
  using Result = HandshakeOutcome::Result;

  // kDeferred: about to leave, put aside.
  enum class Stage : uint8_t { kSilent, kQueued, kDeferred, kRunning };
  struct Job {
    HandshakeRequest request;
    Stage stage = Stage::kSilent;
    SslPtr connection;  // made when its turn comes
    uint64_t cpu_ns = 0;
    int64_t begun_ms = 0;
    int64_t deadline_ms = 0;
    int64_t deferred_until_ms = 0;  // of kDeferred
    int64_t first_byte_deadline_ms = 0;  // 0: none
    bool waits() const { return stage == Stage::kQueued || stage == Stage::kDeferred; }
  };

  void run();
  int timeout_ms() const;
  void measure_rate();
  void give_back();

  void begin(HandshakeRequest request);
  void take_event(const Readiness& event);
  // Looks at the first byte, without taking it.
  void take_first_byte(uint64_t key, Job& job);
  void note_hello(int64_t now_ms);
  bool is_in_a_crowd(int64_t now_ms) const;
  bool may_stay_silent(const Job& job, int64_t now_ms) const;
  bool may_go_on(const Job& job, int64_t now_ms) const;
  void expire();

  // Before finish(): it is neither queued nor put aside any more.
  void leave_queue(uint64_t key, const Job& job);
  void defer(uint64_t key, Job& job, int64_t now_ms);
  // It has outlasted those that left at its age, or the crowd has thinned out.
  void queue_again(uint64_t key, Job& job);

  bool may_begin() const { return !hellos_.empty() && figures_.running() < kRunningMax; }
  void begin_next();
  void begin_handshake(uint64_t key, Job& job, int64_t now_ms);
  void advance(uint64_t key, Job& job);
  void finish(uint64_t key, Result result, std::string error);
  void count(const Job& job, Result result);

  Poller poller_;
  Wakeup wakeup_;
  TaskInbox inbox_;
  TimerHeap timers_;
  absl::flat_hash_map<uint64_t, Job> jobs_;
  HelloQueue hellos_;
  size_t deferred_ = 0;  // jobs in that stage
  std::array<int64_t, kCrowdMin> hellos_ms_;  // when the last ones came
  size_t oldest_hello_ = 0;                   // of these, in the ring
  ClientPatience patience_;
  uint64_t next_key_;
  std::atomic<size_t> waiting_{0};
  absl::AnyInvocable<void()> each_window_;
  HandshakeFigures figures_;
  bool window_is_open_ = false;  // the rate is worth measuring again
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace antiphon
