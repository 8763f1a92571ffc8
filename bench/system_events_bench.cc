// What it costs a shard that clients come and go may be told to the system account: with nobody to tell it
// to, with somebody who listens to something else, and with a listener. One round is a whole client: accepted,
// logged in, closed.
#include "broker/session/system_events.h"

#include <benchmark/benchmark.h>

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "broker/session/liveness.h"
#include "broker/session/open.h"
#include "broker/session/turn.h"
#include "protocol/bytes/check.h"
#include "tests/sim/memory_pipe.h"

namespace antiphon::bench {
namespace {

enum Listening : int64_t { kNoFeed, kToNothing, kToOthers, kToClients };

// Takes events as the feed does: under a lock, into a queue that somebody else empties.
class Queue final : public SystemEvents {
 public:
  void client_event(ClientEvent event) override {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(event));
    if (waiting_.size() == kBatch) waiting_.clear();
    ++taken_;
  }
  void connections_changed(AccountId) override {
    const std::lock_guard lock(mutex_);
    ++taken_;
  }
  uint64_t taken() const { return taken_; }

 private:
  static constexpr size_t kBatch = 256;
  std::mutex mutex_;
  std::vector<ClientEvent> waiting_;
  uint64_t taken_ = 0;
};

class OneShard {
 public:
  explicit OneShard(SystemEvents* events)
      : mesh_(1), budget_(1, UINT64_MAX / 2), shard_(ShardId{0}, services(events), settings()) {}

  // Turns of a client that says this; it stays.
  std::shared_ptr<sim::MemoryPipe> come(std::string_view says) {
    auto pipe = std::make_shared<sim::MemoryPipe>();
    pipe->raise = [] {};
    begin_turn(shard_, steady_now(), wall_now_ns());
    Session& session =
        open_session(shard_, Transport(-1, std::make_unique<sim::MemoryStream>(pipe)), SocketAddress{});
    send_info(shard_, session, InfoKind::kGreeting);
    start_clocks(shard_, session);
    last_ = session.id;
    end_turn(shard_);
    pipe->arrive(says);
    turn();
    return pipe;
  }
  // The last one goes.
  void go(sim::MemoryPipe& pipe) {
    pipe.close();
    turn(true);
    AP_CHECK(shard_.sessions.find(last_) == nullptr);
  }

 private:
  void turn(bool hung_up = false) {
    begin_turn(shard_, steady_now(), wall_now_ns());
    on_event(shard_, {last_.packed(), true, true, hung_up});
    end_turn(shard_);
  }
  ShardServices services(SystemEvents* events) {
    ShardServices all;
    all.mesh = &mesh_;
    all.counts = &counts_;
    all.closed_sessions = &closed_;
    all.pending_budget = &budget_;
    all.events = events;
    return all;
  }
  static std::shared_ptr<const SessionSettings> settings() {
    auto made = std::make_shared<SessionSettings>();
    made->accounts = {"$G", "SYS", "A"};
    made->system_account = "SYS";
    made->system_account_id = AccountId{1};
    made->info.server_id = "NAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    AuthSettings auth;
    for (uint32_t account = 1; account < 3; ++account) {
      UserSettings user{account == 1 ? "sys" : "app", "p"};
      user.account = AccountId{account};
      user.account_name = made->accounts[account];
      auth.users.push_back(user);
    }
    made->authenticator = make_authenticator(std::move(auth));
    return made;
  }

  Mesh mesh_;
  ServerCounts counts_;
  ClosedSessions closed_{1000};
  PendingBudget budget_;
  Shard shard_;
  SessionId last_;
};

constexpr std::string_view kNode =
    "CONNECT {\"verbose\":false,\"pedantic\":false,\"user\":\"app\",\"pass\":\"p\",\"name\":\"node.example.net\","
    "\"lang\":\"go\",\"version\":\"1.55.0\",\"protocol\":1}\r\nPING\r\n";
constexpr std::string_view kOperator =
    "CONNECT {\"verbose\":false,\"user\":\"sys\",\"pass\":\"p\"}\r\n";

void clients_come_and_go(benchmark::State& state) {
  const int64_t listening = state.range(0);
  Queue queue;
  OneShard shard(listening == kNoFeed ? nullptr : &queue);
  std::string said(kOperator);
  if (listening == kToOthers) said += "SUB $SYS.SERVER.*.STATSZ 1\r\n";
  if (listening == kToClients) said += "SUB $SYS.ACCOUNT.> 1\r\n";
  const auto listener = shard.come(said);
  const uint64_t before = queue.taken();
  for (auto _ : state) {
    const auto node = shard.come(kNode);
    shard.go(*node);
  }
  const auto rounds = static_cast<uint64_t>(state.iterations());
  // Came, went, and two changes of the account's connections.
  AP_CHECK(queue.taken() - before == (listening == kToClients ? 4 * rounds : 0));
}
BENCHMARK(clients_come_and_go)->Arg(kNoFeed)->Arg(kToNothing)->Arg(kToOthers)->Arg(kToClients);

}  // namespace
}  // namespace antiphon::bench
