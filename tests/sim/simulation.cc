#include "tests/sim/simulation.h"

#include <algorithm>

#include "broker/buffer/buffer_limits.h"
#include "tests/sim/violation.h"

namespace antiphon::sim {
namespace {

constexpr size_t kTraceKept = 100'000;
constexpr uint64_t kTightBudgetBytes = 64 * 1024;
// Far more than any run needs; a shard that wakes up for nothing again and again ends here.
constexpr size_t kRoundsMax = 20'000;
// What one turn may take from one session: two reads, and a frame larger than a read.
constexpr uint64_t kTurnBytesMax = 2 * kReadBytesMax + 128 * 1024;

// Two accounts; the second imports everything of the first under the same subjects. So what is true of
// a subscription must be true of an imported one, and the oracle need not tell them apart.
void add_importing_account(SessionSettings& session) {
  session.accounts = {"$G", "B"};
  ExportSettings shared;
  shared.subject = ">";
  ImportSettings import;
  import.account = "$G";
  import.subject = ">";
  session.account_rules = make_account_rules(
      std::vector<AccountSettings>{{"$G", {shared}, {}, {}, {}}, {"B", {}, {import}, {}, {}}},
      session.accounts);
  AuthSettings auth;
  auth.users = {{"a", "p"}, {"b", "p"}};
  auth.users[1].account = AccountId{1};
  auth.users[1].account_name = "B";
  auth.no_auth_user = "a";
  session.authenticator = make_authenticator(auth);
}

WorldSettings world_settings(const SimOptions& options) {
  WorldSettings settings;
  settings.shard_count = options.shard_count;
  settings.ring_messages = options.ring_messages;
  settings.seed = options.seed;
  if (options.tight_pending) settings.session.pending_bytes_max = 20'000;
  if (options.tight_budget) settings.pending_total_bytes_max = kTightBudgetBytes;
  if (options.importing) add_importing_account(settings.session);
  if (options.tight_deadline) settings.session.write_deadline_ms = 50;
  return settings;
}

std::string state_of(const Shard& shard) {
  std::string text = " shard " + std::to_string(shard.id.value);
  const auto add = [&text](const char* what, size_t count) {
    if (count != 0) text += std::string(" ") + what + " " + std::to_string(count);
  };
  add("sessions", shard.sessions.count());
  add("more to read", shard.more_to_read.size());
  add("paused", shard.mesh_paused.size());
  add("fences", shard.fences.size());
  add("congested", shard.port.is_congested());
  add("rings waiting", !shard.port.empty());
  add("closing", shard.closing.size());
  add("leaving", shard.leaving.size());
  add("waiting to subscribe", shard.change_pace.waiting.size());
  add("unapplied", shard.unapplied_changes.size());
  shard.sessions.for_each([&](Session& session) {
    if (!session.waiting_to_read) return;
    text += " [session " + std::to_string(session.client_id.value);
    add("tail", session.tail.bytes());
    add("needs", session.bytes_needed);
    add("readable", session.readable);
    add("hung up", session.hung_up);
    add("pauses", session.pauses);
    text += "]";
  });
  return text + ";";
}

}  // namespace

Simulation::Simulation(const SimOptions& options, bool tracing)
    : options_(options), tracing_(tracing), random_(options.seed), world_(world_settings(options)) {}

void Simulation::trace(const std::string& text) {
  if (!tracing_) return;
  report_.trace.push_back(std::to_string(step_) + ": " + text);
  if (report_.trace.size() > kTraceKept) report_.trace.pop_front();
}

SimReport Simulation::run() {
  try {
    for (size_t i = 0; i < options_.clients; ++i) open_client();
    for (size_t epoch = 0; epoch < options_.epochs; ++epoch) {
      for (size_t i = 0; i < options_.steps; ++i) step();
      become_quiet();
      check_quiet();
    }
    finish();
  } catch (const Violation& violation) {
    report_.violation = violation.what();
  }
  for (uint16_t i = 0; i < world_.shard_count(); ++i) {
    const ShardCounters& counters = world_.shard(i).counters;
    report_.fences += counters.fences;
    report_.reads_paused += counters.reads_paused;
    report_.picks_forwarded += counters.queue_picks_forwarded;
    report_.slow_consumers += counters.slow_consumers;
    report_.over_budget +=
        counters.closed[static_cast<size_t>(CloseReason::kSlowConsumerPendingBudget)];
  }
  for (const auto& client : clients_) report_.importing += client->traits.importing;
  report_.messages = oracle_.messages();
  report_.deliveries = oracle_.deliveries();
  report_.closed = world_.closed_sessions().total();
  return std::move(report_);
}

// ---- One step ----------------------------------------------------------------------------------

void Simulation::step() {
  ++step_;
  const uint64_t choice = random_.below(100);
  SimClient& client = some_client();
  if (choice < 35) {
    run_some_turn();
  } else if (choice < 60) {
    arrive(client, 1 + random_.below(one_in(4) ? 20 : 2000));
  } else if (choice < 75) {
    if (!client.stalled) read(client, 1 + random_.below(one_in(4) ? 40 : 20'000));
  } else if (choice < 92) {
    act(client);
  } else if (choice < 94) {
    if (options_.stalling) client.stalled = !client.stalled && one_in(3);
  } else if (choice < 95) {
    if (options_.closing && client.is_alive() && one_in(3)) leave(client);
  } else if (choice < 96) {
    if (options_.closing && clients_.size() < options_.clients * 3) open_client();
  } else if (choice < 98) {
    world_.advance_ms(static_cast<int64_t>(random_.below(options_.tight_deadline ? 30 : 3)));
  }
}

// While all is to become quiet even small sockets are emptied fast.
size_t Simulation::some_room(const SimClient& client) {
  constexpr size_t kQuickly = 100'000;
  return 1 + random_.below(quieting_ ? std::max(kQuickly, client.room_max) : client.room_max);
}

void Simulation::arrive(SimClient& client, size_t bytes) {
  if (!client.is_alive() || client.outbox.empty()) return;
  bytes = std::min(bytes, client.outbox.size());
  if (tracing_) {
    trace(std::to_string(bytes) + " bytes of client " + std::to_string(client.number) + " arrive");
  }
  MemoryPipe& pipe = *client.connection->pipe;
  pipe.read_bytes_max = one_in(6) ? 1 + random_.below(100) : SIZE_MAX;
  pipe.arrive(std::string_view(client.outbox).substr(0, bytes));
  client.outbox.erase(0, bytes);
}

void Simulation::read(SimClient& client, size_t bytes) {
  if (!client.is_alive()) return;
  MemoryPipe& pipe = *client.connection->pipe;
  client.lines.feed(pipe.take(bytes, some_room(client)));
  ServerLine line;
  while (client.lines.next(line)) {
    if (tracing_ && line.kind != ServerLine::Kind::kInfo) {
      trace("client " + std::to_string(client.number) + " sees " + describe(line));
    }
    if (line.kind == ServerLine::Kind::kPing) write(client, "PONG\r\n");
    oracle_.see(client.number, line);
  }
  if (pipe.server_closed && pipe.to_client.empty()) note_gone(client);
}

// The server closed the connection; it must have had a reason that this run allows.
void Simulation::note_gone(SimClient& client) {
  const CloseReason reason = world_.close_reason(*client.connection);
  const bool slow = reason == CloseReason::kSlowConsumerPendingBytes && options_.tight_pending;
  const bool over = reason == CloseReason::kSlowConsumerPendingBudget && options_.tight_budget;
  const bool late = reason == CloseReason::kSlowConsumerWriteDeadline && options_.tight_deadline;
  require(slow || over || late, "client " + std::to_string(client.number) + " was closed: " +
                            std::string(close_reason_text(reason)));
  trace("client " + std::to_string(client.number) + " was closed as slow");
  client.gone = true;
  oracle_.end_client(client.number);
}

void Simulation::run_some_turn() {
  const auto first = static_cast<uint16_t>(random_.below(world_.shard_count()));
  // Now and then a shard falls behind for a while, so that what others send it lies in its rings
  // while clients go on.
  if (one_in(40)) lagging_ = static_cast<uint16_t>(random_.below(2 * world_.shard_count()));
  for (uint16_t i = 0; i < world_.shard_count(); ++i) {
    const auto shard = static_cast<uint16_t>((first + i) % world_.shard_count());
    if (shard != lagging_ && world_.is_runnable(shard)) return run_turn(shard);
  }
}

void Simulation::run_turn(uint16_t shard) {
  if (tracing_) trace("turn of shard " + std::to_string(shard));
  std::vector<uint64_t> read_before;
  for (const auto& client : clients_) read_before.push_back(client->connection->pipe->bytes_read);
  world_.run_turn(shard);
  ++report_.turns;
  for (const auto& client : clients_) {
    if (client->forgotten || !client->connection->pipe->server_closed) continue;
    client->forgotten = true;
    oracle_.forget_client(client->number);
  }
  check_turn(shard, read_before);
}

void Simulation::check_turn(uint16_t shard, const std::vector<uint64_t>& read_before) {
  for (size_t i = 0; i < read_before.size(); ++i) {
    const uint64_t bytes = clients_[i]->connection->pipe->bytes_read - read_before[i];
    require(bytes == 0 || clients_[i]->traits.shard == shard, "a shard read another's connection");
    require(bytes <= kTurnBytesMax, "a turn took " + std::to_string(bytes) + " bytes of one client");
  }
  if (!options_.tight_budget) return;
  uint64_t waits = 0;
  for (uint16_t i = 0; i < world_.shard_count(); ++i) waits += world_.shard(i).pool.bytes_in_use();
  require(waits <= kTightBudgetBytes * 9 / 8 + world_.shard_count() * kTurnBytesMax,
          std::to_string(waits) + " bytes wait, against the budget");
}

// ---- Quiet times -------------------------------------------------------------------------------

// Everything that can move moves once. Returns whether anything did.
bool Simulation::move_everything() {
  bool moved = false;
  for (size_t i = 0; i < clients_.size(); ++i) {
    SimClient& client = *clients_[i];
    if (!client.is_alive()) continue;
    MemoryPipe& pipe = *client.connection->pipe;
    pipe.read_bytes_max = SIZE_MAX;
    if (!client.outbox.empty()) {
      arrive(client, 1 + random_.below(30'000));
      moved = true;
    }
    const bool readable = client.has_unread() || pipe.refused || pipe.server_closed;
    if (!client.stalled && readable) {
      read(client, SIZE_MAX);
      moved = true;
    }
  }
  for (uint16_t shard = 0; shard < world_.shard_count(); ++shard) {
    if (!world_.is_runnable(shard)) continue;
    run_turn(shard);
    moved = true;
  }
  return moved;
}

void Simulation::become_quiet() {
  trace("becoming quiet");
  quieting_ = true;
  for (size_t round = 0; round < kRoundsMax; ++round) {
    ++step_;
    if (move_everything()) continue;
    bool congested = false;
    for (uint16_t i = 0; i < world_.shard_count(); ++i) {
      congested |= world_.shard(i).port.is_congested();
    }
    quieting_ = congested;
    if (!congested) return;
    world_.advance_ms(TurnLimits::kCongestedPollMs);
  }
  std::string states;
  for (uint16_t i = 0; i < world_.shard_count(); ++i) states += state_of(world_.shard(i));
  throw Violation("the shards never become quiet:" + states);
}

void Simulation::check_quiet() {
  trace("quiet");
  oracle_.check_quiet([this](size_t client) { return clients_[client]->stalled; });
  for (uint16_t i = 0; i < world_.shard_count(); ++i) {
    const Shard& shard = world_.shard(i);
    const std::string where = "shard " + std::to_string(i);
    require(shard.fences.empty(), where + " forgot a PONG");
    require(shard.mesh_paused.empty(), where + " forgot a paused session");
    require(shard.more_to_read.empty() && shard.closing.empty() && shard.dirty.empty(),
            where + " left work undone");
    require(shard.leaving.empty() && shard.change_pace.waiting.empty() &&
                shard.unapplied_changes.empty() && shard.unsent_changes == nullptr,
            where + " left subscriptions waiting");
    require(shard.outgoing == nullptr && !shard.fanout.is_open(), where + " kept messages back");
  }
  check_interest();
  check_buffers();
}

// Every shard must know exactly what the others want.
void Simulation::check_interest() {
  if (world_.shard_count() == 1) return;
  for (const char* subject : {"a.b", "a.c", "b.c", "a.b.c", "c", "w.1", "w.2", "x.c", "a.x.y"}) {
    ShardMask plain = 0;
    for (uint16_t i = 0; i < world_.shard_count(); ++i) {
      for (const SubjectEntry* entry : world_.shard(i).account(kGlobalAccount).sublist.match(subject)) {
        if (!entry->plain.empty()) plain |= mask_of(ShardId{i});
      }
    }
    for (uint16_t i = 0; i < world_.shard_count(); ++i) {
      const InterestMatch& known = world_.shard(i).interest.match(kGlobalAccount, subject);
      require(known.plain == plain, "shard " + std::to_string(i) + " believes of " + subject +
                                        " that shards " + std::to_string(known.plain) +
                                        " want it, and it is " + std::to_string(plain));
    }
  }
}

void Simulation::check_buffers() {
  for (uint16_t i = 0; i < world_.shard_count(); ++i) {
    Shard& shard = world_.shard(i);
    uint64_t pending = 0;
    shard.sessions.for_each([&pending](Session& session) { pending += session.out.pending_bytes(); });
    require(pending != 0 || shard.pool.bytes_in_use() == 0,
            "shard " + std::to_string(i) + " holds " + std::to_string(shard.pool.bytes_in_use()) +
                " bytes for nobody");
  }
}

// Everyone reads on, then everyone leaves, and nothing may be left.
void Simulation::finish() {
  for (auto& client : clients_) client->stalled = false;
  become_quiet();
  check_quiet();
  for (auto& client : clients_) {
    if (client->is_alive()) leave(*client);
  }
  become_quiet();
  check_nothing_left();
}

void Simulation::check_nothing_left() {
  require(world_.counts().connections.load() == 0, "connections are counted that are not there");
  require(world_.closed_sessions().total() == clients_.size(), "a session was never closed");
  for (uint16_t i = 0; i < world_.shard_count(); ++i) {
    Shard& shard = world_.shard(i);
    const std::string where = "shard " + std::to_string(i);
    require(shard.sessions.count() == 0, where + " still has sessions");
    require(shard.pool.bytes_in_use() == 0, where + " still holds output");
    for (const auto& account : shard.accounts) {
      require(account->sublist.counters().subscriptions == 0, where + " still has subscriptions");
      require(account->shadows.empty(), where + " still has shadows");
      size_t entries = 0;
      account->sublist.for_each([&entries](SubjectEntry&) { ++entries; });
      require(entries == 0, where + " still has subjects");
    }
    require(shard.interest_visible == shard.interest_sequence, where + " has unseen changes");
    if (shard.book == nullptr) continue;
    require(shard.book->entry_count() == 0, "interest is left");
    require(shard.book->waiting_for_reclaim() == 0, "old interest was never freed");
  }
}

}  // namespace antiphon::sim
