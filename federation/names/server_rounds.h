// One side's brokers in turns: each once in a round, and before every round their names are looked up
// again.
//
// MODEL: addresses that were given are good for ever: they go round from a place of their own. What was
// found for names is good for one round; a connection that was made ends it too. When a look-up finds
// nothing, what was found before may be tried once more.
#pragma once

#include <utility>
#include <vector>

#include "broker/runtime/random.h"
#include "fleet/wire/server_endpoint.h"

namespace antiphon::federation {

class ServerRounds {
 public:
  // `given` is empty where names are looked up.
  ServerRounds(std::vector<fleet::ServerEndpoint> given, Random& random)
      : servers_(std::move(given)), looks_up_(servers_.empty()) {
    if (!looks_up_) next_ = random.below(servers_.size());
  }

  // Null when the names must be looked up first.
  const fleet::ServerEndpoint* next() {
    if (next_ == servers_.size()) {
      if (looks_up_) return nullptr;
      next_ = 0;
    }
    return &servers_[next_++];
  }
  // A new round. Whether these are others than the last time.
  bool begin(std::vector<fleet::ServerEndpoint> found) {
    const bool changed = !same(found, servers_);
    servers_ = std::move(found);
    next_ = 0;
    return changed;
  }
  // The same servers again; false if there are none.
  bool begin_again() {
    next_ = 0;
    return !servers_.empty();
  }
  void connected() {
    if (looks_up_) next_ = servers_.size();
  }

 private:
  static bool same(const std::vector<fleet::ServerEndpoint>& a,
                   const std::vector<fleet::ServerEndpoint>& b);

  std::vector<fleet::ServerEndpoint> servers_;
  size_t next_ = 0;
  const bool looks_up_;
};

}  // namespace antiphon::federation
