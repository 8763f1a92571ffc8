// The shards of one process without threads, sockets or real time: a test runs their turns one by
// one, in the order it likes.
//
// MODEL: a shard may take a turn only when a real one would wake up for it: an event of one of its
// connections, a connection to accept, a wake-up by another shard, work left over, or a time that
// has come. So a wake-up that the broker forgets shows as work that never gets done.
#pragma once

#include <deque>
#include <memory>
#include <vector>

#include "broker/session/callout_table.h"
#include "broker/session/shard.h"
#include "tests/sim/memory_pipe.h"

namespace antiphon::sim {

struct WorldSettings {
  uint16_t shard_count = 1;
  size_t ring_messages = Mesh::kRingMessages;
  uint64_t pending_total_bytes_max = UINT64_MAX / 2;
  uint64_t seed = 1;
  SessionSettings session = {};
  Log* log = nullptr;
  WorkPool* slow_work = nullptr;
  SystemEvents* events = nullptr;
  size_t callouts_max = CalloutTable::kQuestionsMax;
};

// One client's connection as the world sees it.
struct Connection {
  std::shared_ptr<MemoryPipe> pipe;
  uint16_t shard = 0;
  SessionId session;      // valid once accepted
  ClientId client_id;
  bool accepted = false;
  bool event_waits = false;
};

class World {
 public:
  explicit World(WorldSettings settings);
  ~World();

  uint16_t shard_count() const { return static_cast<uint16_t>(places_.size()); }
  Shard& shard(uint16_t index) { return *places_[index].shard; }
  ServerCounts& counts() { return counts_; }
  PendingBudget& budget() { return budget_; }
  CalloutTable& callouts() { return callouts_; }
  const ClosedSessions& closed_sessions() const { return closed_; }

  // A client knocks; it is accepted in the shard's next turn.
  std::shared_ptr<Connection> connect(uint16_t shard);
  // The session of a connection; null when it is not (or no more) there.
  Session* session(const Connection& connection);
  // Why the session of a connection ended; kNone while it has not.
  CloseReason close_reason(const Connection& connection) const;

  bool is_runnable(uint16_t shard);
  // REQUIRES: nothing; running a turn without a reason is allowed (a signal may wake a thread).
  void run_turn(uint16_t shard);
  // Runs every runnable shard until none is. Lets the time pass where a shard polls for room in a
  // ring. Returns whether they became quiet within `turns_max` turns.
  bool settle(size_t turns_max = 10'000);

  int64_t now_ms() const { return now_.ms(); }
  int64_t wall_ns() const { return wall_offset_ns_ + now_.ns; }
  void advance_ms(int64_t ms) { now_.ns += ms * 1'000'000; }
  // When the next shard wants to wake up by itself; -1: never.
  int64_t next_wake_ms() const;

 private:
  struct Place {
    std::unique_ptr<Shard> shard;
    std::deque<std::shared_ptr<Connection>> knocking;
    std::deque<std::weak_ptr<Connection>> events;
    bool woken = true;          // the first turn needs no reason
    int64_t sleep_until_ms = -1;  // -1: until something happens
  };

  void accept(Place& place);
  void hand_over_events(Place& place);
  void note_wakeups();

  WorldSettings settings_;
  Mesh mesh_;
  PendingBudget budget_;
  ServerCounts counts_;
  CalloutTable callouts_;
  ClosedSessions closed_;
  SteadyTime now_;
  const int64_t wall_offset_ns_ = wall_now_ns() - steady_now().ns;
  std::vector<Place> places_;
};

}  // namespace antiphon::sim
