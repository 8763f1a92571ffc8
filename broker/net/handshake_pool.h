// Threads that do TLS handshakes, so that the shards never do public-key arithmetic.
//
// MODEL: a shard hands over a descriptor it has accepted and gets it back with an outcome.
// Meanwhile the pool owns the descriptor and the shard keeps only the session's record. Each thread
// has clients of its own (handshake_worker.h), which are given out in turns.
// LIMITS: those of each thread; beyond them a new client is refused with kFull at once.
#pragma once

#include <atomic>
#include <memory>
#include <vector>

#include "broker/net/admission_log.h"
#include "broker/net/handshake_counts.h"
#include "broker/net/handshake_request.h"
#include "broker/net/handshake_worker.h"
#include "broker/runtime/log.h"

namespace antiphon {

class HandshakePool {
 public:
  // `log`, if any, is told of crowds; it must outlive the pool.
  explicit HandshakePool(size_t thread_count, Log* log = nullptr);
  // Ends the threads; what is under way comes back as kStopped.
  ~HandshakePool();
  HandshakePool(const HandshakePool&) = delete;
  HandshakePool& operator=(const HandshakePool&) = delete;

  // Any thread.
  void submit(HandshakeRequest request);
  HandshakeCounts counts() const;

 private:
  // Called by the first worker now and then.
  void log_crowds();

  std::atomic<size_t> next_{0};
  Log* const log_;
  AdmissionLog admission_log_;
  std::vector<std::unique_ptr<HandshakeWorker>> workers_;  // last: their threads use the others
};

}  // namespace antiphon
