// One shard: the sessions of one thread and everything they need, shared with nobody.
//
// MODEL: a struct of services; the verbs (publish.h, subscribe.h, ...) are functions over it and
// a session. Time passes in turns (turn.h): read what is readable, take what other shards sent, do
// what is due, then write out everything at once.
// SHARD: home for everything, except post(), which any thread may call.
#pragma once

#include <absl/container/flat_hash_map.h>

#include <atomic>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "broker/buffer/buffer_pool.h"
#include "broker/buffer/pending_budget.h"
#include "broker/net/handshake_pool.h"
#include "broker/routing/interest_book.h"
#include "broker/routing/interest_snapshot.h"
#include "broker/routing/sublist.h"
#include "broker/runtime/clock.h"
#include "broker/runtime/log.h"
#include "broker/runtime/poller.h"
#include "broker/runtime/random.h"
#include "broker/runtime/task_inbox.h"
#include "broker/runtime/timer_heap.h"
#include "broker/runtime/work_pool.h"
#include "broker/session/account_connections.h"
#include "broker/session/change_pace.h"
#include "broker/session/closed_sessions.h"
#include "broker/session/fanout.h"
#include "broker/session/hot_route.h"
#include "broker/session/mesh.h"
#include "broker/session/name_list.h"
#include "broker/session/open_replies.h"
#include "broker/session/session_table.h"
#include "broker/session/settings.h"
#include "broker/session/shadow_table.h"

namespace antiphon {

// Bounds of one turn.
struct TurnLimits {
  static constexpr size_t kFramesPerRead = 8192;       // frames taken from one session
  static constexpr size_t kSubscriptionChanges = 16;   // SUBs and UNSUBs, of all sessions together
  static constexpr size_t kDroppedSubscriptions = 16;  // of sessions that ended
  static constexpr size_t kAppliedChanges = 32;        // other shards' changes, by the coordinating shard
  static constexpr size_t kUnseenChanges = 4096;       // of a shard, that not all shards know of yet
  static constexpr size_t kCheckedChains = 16;         // of certificates, after a reload
  static constexpr size_t kFreedInterest = 512;        // nodes and entries of old snapshots
  static constexpr size_t kMeshMessages = 64;          // taken from each other shard
  static constexpr int64_t kCongestedPollMs = 1;       // when a ring to another shard is full
  static constexpr size_t kAcceptsMax = 64;
};

// What all shards of a server share; all of it safe to use from any of them.
struct ServerCounts {
  std::atomic<int64_t> connections{0};        // open now
  std::atomic<uint64_t> total_connections{0};  // since the start
  std::atomic<uint64_t> last_client_id{0};
  AccountConnections accounts;
};

struct ShardCounters {
  TrafficCounters received;
  TrafficCounters sent;
  uint64_t slow_consumers = 0;
  uint64_t stale_connections = 0;
  uint64_t closed[kCloseReasons] = {};
  uint64_t batches_relayed = 0;       // handed to other shards
  uint64_t queue_picks_forwarded = 0;  // the picked shard had lost its members meanwhile
  uint64_t queue_picks_lost = 0;       // nobody was left
  uint64_t fences = 0;                 // PONGs that waited for other shards
  uint64_t reads_paused = 0;           // because another shard's ring was full
  uint64_t accepts_paused = 0;         // because the process had no descriptors left
  uint64_t replies_expired = 0;        // to services of other accounts: nobody answered in time
  uint64_t replies_displaced = 0;      // too many were open: the oldest was forgotten
  uint64_t replies_dropped = 0;        // on their way to a shard that did not take them
  uint64_t accounts_not_pinned = 0;    // logins refused because their account is not pinned
  uint64_t callouts_asked = 0;         // questions to auth callout services
  uint64_t callouts_expired = 0;       // of them: not answered in time
  uint64_t callouts_unheard = 0;       // not asked: nobody serves
  uint64_t callouts_refused = 0;       // not asked: too many wait for an answer
};

struct AccountState {
  AccountState(AccountId account_id, std::string account_name)
      : id(account_id), name(std::move(account_name)) {}
  const AccountId id;
  const std::string name;
  Sublist sublist;
  std::shared_ptr<const AccountRules> rules;  // null: it shares, maps and bounds nothing
  bool publish_by_rules = false;              // publishing is more than handing to subscribers
  ShadowTable shadows;                        // of its subscriptions, in other accounts
  std::atomic<int64_t>* connections = nullptr;  // its clients on all shards; ServerCounts owns it
  // Of its clients on this shard that are gone; those that are there count for themselves.
  TrafficCounters ended_received;
  TrafficCounters ended_sent;
  uint64_t slow_consumers = 0;
  std::unique_ptr<OpenReplies> replies;  // requests to its services; null until there are some
};

// What this shard has said to the budget for pending output.
struct PendingShare {
  uint64_t said_bytes = 0;
  uint64_t look_at_bytes = UINT64_MAX;  // more than this has to be said within the turn
  uint32_t last_round = 0;
  bool giving_back = false;
};

struct CrossingScratch;
class ServerRequests;
class SystemEvents;
class CalloutTable;
struct WaitingLogin;

struct ShardServices {
  Mesh* mesh = nullptr;
  ServerCounts* counts = nullptr;
  Log* log = nullptr;
  ClosedSessions* closed_sessions = nullptr;
  HandshakePool* handshakes = nullptr;  // null: no TLS
  WorkPool* slow_work = nullptr;        // null: passwords are compared on the shard
  PendingBudget* pending_budget = nullptr;  // null: only each connection's own limit
  ServerRequests* requests = nullptr;       // null: the server answers none
  SystemEvents* events = nullptr;           // null: nobody is told of clients
  CalloutTable* callouts = nullptr;     // null: nobody is asked, and who would have to be is refused
  uint64_t seed = 1;
};

struct Shard {
  Shard(ShardId shard_id, ShardServices shard_services,
        std::shared_ptr<const SessionSettings> initial_settings);
  ~Shard();

  bool is_alone() const { return port.shard_count() == 1; }
  // From now on by these settings; opens the accounts that are new in them.
  void adopt(std::shared_ptr<const SessionSettings> next);
  AccountState& account(AccountId account_id) { return *accounts[account_id.value]; }

  // Any thread: runs `task` on the shard between two turns.
  void post(Task task) {
    inbox.push(std::move(task));
    wakeup.wake();
  }

  const ShardId id;
  const ShardServices services;
  std::shared_ptr<const SessionSettings> settings;

  Poller* poller = nullptr;  // null in a simulation
  Wakeup wakeup;
  TaskInbox inbox;
  MeshPort port;

  SessionTable sessions;
  std::vector<std::unique_ptr<AccountState>> accounts;
  std::vector<AccountState*> with_open_replies;
  BufferPool pool;
  PendingShare pending;
  size_t stranger_bytes = 0;  // left unfinished by who has not logged in (strangers.h)
  Fanout fanout;
  HotRoute hot_route;
  Random random;
  ShardCounters counters;

  // The time of this turn.
  SteadyTime now;
  int64_t wall_ns = 0;
  TimerHeap timers;

  // Work of this turn.
  std::vector<Session*> dirty;          // have output to write
  std::vector<Session*> closing;        // their connections end at the end
  std::deque<Session*> leaving;         // ended; their subscriptions are taken out, then they go
  ChangePace change_pace;
  std::vector<SessionId> more_to_read;  // stopped reading before the socket was empty
  std::vector<SessionId> mesh_paused;   // wait until the mesh has room
  // Logins that wait for the answer of an auth callout service, by session.
  absl::flat_hash_map<uint64_t, std::unique_ptr<WaitingLogin>> waiting_logins;
  uint64_t last_callout = 0;
  std::unique_ptr<MessageBatch> outgoing;  // for other shards; null: none this turn
  MessageBatch::Size outgoing_size;        // of the one before

  // What other shards want (unused when alone).
  InterestReader interest;
  uint64_t interest_sequence = 0;  // of the last change this shard announced
  uint64_t interest_visible = 0;   // of the last one every shard knows
  std::unique_ptr<InterestDeltas> unsent_changes;  // of this turn, for the coordinating shard
  struct Fence {
    SessionId session;
    uint64_t interest_sequence;  // must be visible
    uint64_t number;             // what shards are asked with
    uint16_t shards_left;        // have not said yet that they took this session's messages
    ShardId asker;               // without a session: the shard whose question waits
    uint64_t asked = 0;          // the number of its question; 0: a session's PONG waits
  };
  std::vector<Fence> fences;  // PONGs that wait
  uint64_t last_fence = 0;
  std::unique_ptr<InterestBook> book;  // only the coordinating shard
  // Only the coordinating shard: changes of others that are not in the book yet.
  struct UnappliedChanges {
    std::unique_ptr<InterestDeltas> deltas;
    size_t applied = 0;  // of them
  };
  std::deque<UnappliedChanges> unapplied_changes;
  // Shards that got messages since the last question of each shard, because of messages of that one.
  std::vector<ShardMask> passed_on;

  std::vector<char> scratch;      // what was read
  NameList queue_names;           // of the message that is being delivered
  std::string message_scratch;    // a message whose line was not canonical
  std::string reply_tail;         // what follows the sid of a message of an MPUB with a reply subject
  std::string imported_subject;   // of a message that is delivered to another account
  std::string mapped_subject;     // of a message that was published to another one
  std::unique_ptr<CrossingScratch> crossing;  // made when the first message crosses
  uint64_t system_answers = 0;    // of requests to the server itself
  bool stopping = false;
};

inline constexpr ShardId kCoordinator{0};

}  // namespace antiphon
