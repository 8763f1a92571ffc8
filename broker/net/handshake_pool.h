// Threads that do TLS handshakes, so that the shards never do public-key arithmetic.
//
// MODEL: a shard hands over a descriptor it has accepted; the pool waits for the first bytes, lets
// the connection queue for its turn (hello_queue.h), runs the handshake and hands the descriptor
// back with an outcome. Meanwhile the pool owns the descriptor and the shard keeps only the
// session's record. Nothing is allocated or computed for a connection before its turn; handshakes
// that have begun go before those that have not; a client that leaves while it waits costs nothing,
// and one that is about to leave (client_patience.h) is not begun with until it has outlasted that.
// LIMITS: kWaitingMax connections per thread; beyond it a new one is refused with kFull at once.
// The request's timeout runs until the client says hello, and anew from its turn: how long the queue
// is, is not the client's fault. It waits there for kQueueTimeoutMs at most. Afterwards it is handed
// back as kTimedOut. It may send 16 KiB.
// A client that is still silent while kCrowdMin others are at theirs gets up to kSilentTimesMax times
// the timeout: what keeps it from its first word is the same crowd, and one that is cut off dials again.
#pragma once

#include <absl/functional/any_invocable.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "broker/net/admission_log.h"
#include "broker/net/handshake_counts.h"
#include "broker/net/hello_queue.h"
#include "broker/net/tls_context.h"
#include "broker/net/tls_stream.h"
#include "broker/runtime/log.h"
#include "broker/runtime/unique_descriptor.h"

namespace antiphon {

struct HandshakeOutcome {
  enum class Result : uint8_t {
    kEstablished,  // `connection` is ready
    kPlain,        // the first byte is no TLS record (only when sniffing was asked for)
    kSilent,       // nothing came within the first-byte time (only when one was given)
    kTimedOut,
    kFailed,  // `error` says why
    kFull,    // the pool has no room
    kStopped,
  };
  Result result;
  UniqueDescriptor descriptor;
  SslPtr connection;
  std::string error;
};

struct HandshakeRequest {
  UniqueDescriptor descriptor;
  std::shared_ptr<const TlsContext> context;
  HelloQueue::Source source{};  // the client's IP address
  int64_t timeout_ms = 0;
  int64_t came_ms = 0;  // set by submit(): steady time
  bool sniff = false;             // a client may as well speak plainly
  int64_t first_byte_ms = 0;      // 0: none; else how long to wait for a client that speaks first
  // Called once, on a pool thread (or on the caller's, for kFull and kStopped).
  absl::AnyInvocable<void(HandshakeOutcome)> done;
};

class HandshakePool {
 public:
  static constexpr size_t kWaitingMax = 65536;
  static constexpr int64_t kQueueTimeoutMs = 120'000;
  static constexpr size_t kCrowdMin = 16;
  static constexpr int64_t kSilentTimesMax = 5;

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
  class Worker;
  // Called by the first worker now and then.
  void log_crowds();

  std::vector<std::unique_ptr<Worker>> workers_;
  std::atomic<size_t> next_{0};
  Log* const log_;
  AdmissionLog admission_log_;
};

}  // namespace antiphon
