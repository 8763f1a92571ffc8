// Runs one seed: clients do random things, bytes arrive in random pieces, shards take turns in
// random order, and the oracle watches.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "tests/sim/oracle.h"
#include "tests/sim/sim_client.h"
#include "tests/sim/sim_options.h"
#include "tests/sim/world.h"

namespace antiphon::sim {

// What a run came across; tests make sure that nothing interesting stays untried.
struct SimReport {
  uint64_t turns = 0;
  uint64_t messages = 0;
  uint64_t deliveries = 0;
  uint64_t fences = 0;
  uint64_t reads_paused = 0;
  uint64_t picks_forwarded = 0;
  uint64_t slow_consumers = 0;
  uint64_t over_budget = 0;  // of them
  uint64_t closed = 0;
  uint64_t importing = 0;  // clients that read by an import
  std::string violation;  // empty: all promises were kept
  std::deque<std::string> trace;
};

class Simulation {
 public:
  explicit Simulation(const SimOptions& options, bool tracing = false);
  // Never throws; a violation is told in the report.
  SimReport run();

 private:
  // ---- What clients do (client_actions.cc) ----
  void open_client();
  void act(SimClient& client);
  void subscribe(SimClient& client);
  void unsubscribe(SimClient& client);
  void publish(SimClient& client);
  void request(SimClient& client);
  void ping(SimClient& client);
  void leave(SimClient& client);
  void connect_again(SimClient& client);
  void write(SimClient& client, const std::string& text);
  std::string some_sid(SimClient& client, bool wide);
  std::string connect_text(const SimClient& client);

  // ---- What happens to them (simulation.cc) ----
  void step();
  void arrive(SimClient& client, size_t bytes);
  void read(SimClient& client, size_t bytes);
  void note_gone(SimClient& client);
  void run_some_turn();
  void run_turn(uint16_t shard);
  void check_turn(uint16_t shard, const std::vector<uint64_t>& read_before);

  // ---- Quiet times ----
  void become_quiet();
  bool move_everything();
  void check_quiet();
  void check_interest();
  void check_buffers();
  void finish();
  void check_nothing_left();

  void trace(const std::string& text);
  size_t some_room(const SimClient& client);
  SimClient& some_client() { return *clients_[random_.below(clients_.size())]; }
  bool one_in(uint64_t n) { return random_.below(n) == 0; }

  const SimOptions options_;
  const bool tracing_;
  Random random_;
  World world_;
  Oracle oracle_;
  std::vector<std::unique_ptr<SimClient>> clients_;
  SimReport report_;
  uint64_t step_ = 0;
  uint16_t lagging_ = UINT16_MAX;  // a shard that is not run; may be none of those there are
  bool quieting_ = false;
};

}  // namespace antiphon::sim
