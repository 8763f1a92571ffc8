// Connections whose TLS hello has come: which one gets its handshake next?
//
// MODEL: sources (IP addresses) take turns. In a round each source that waits is served once, the
// one that was heard of last comes first, and of its connections the newest. So one address cannot
// take more than its share, whatever it opens.
// WHY newest first: clients give up after a time the server does not know. When more come than can
// be served, those in front of a first-come queue are just those that are about to leave, and all
// public-key arithmetic is spent on them; a queue that never gets shorter serves nobody. Served
// newest first, each handshake that is begun has its client's whole patience before it. The others
// wait; they are served when fewer come, or found gone and dropped for nothing.
// LIMITS: none of its own; HandshakeWorker::kWaitingMax bounds what is pushed. Sources that were
// served in this round are remembered up to kServedSourcesMax.
// THREADS: none; the owner's.
#pragma once

#include <absl/container/flat_hash_map.h>

#include <array>
#include <cstdint>
#include <list>
#include <optional>
#include <vector>

namespace antiphon {

class HelloQueue {
 public:
  static constexpr size_t kServedSourcesMax = 65536;
  using Source = std::array<uint8_t, 16>;  // SocketAddress::ip

  void push(const Source& source, uint64_t key);
  // Of a connection that has gone. False when it is not there.
  bool erase(const Source& source, uint64_t key);
  std::optional<uint64_t> pop();

  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

 private:
  struct Waiting {
    Source source;
    std::vector<uint64_t> keys;  // oldest first
    bool served = false;         // in this round
  };
  using Turn = std::list<Waiting>;

  void begin_round();
  void forget(Turn& turn, Turn::iterator source);

  Turn to_serve_;  // who comes next in front; each has somebody waiting
  Turn served_;    // in this round, the latest in front
  absl::flat_hash_map<Source, Turn::iterator> sources_;
  size_t size_ = 0;
};

}  // namespace antiphon
