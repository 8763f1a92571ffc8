// A TLS handshake that a shard wants done for a client, and what came of it.
#pragma once

#include <absl/functional/any_invocable.h>

#include <cstdint>
#include <memory>
#include <string>

#include "broker/net/hello_queue.h"
#include "broker/net/tls_context.h"
#include "broker/net/tls_stream.h"
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
  int64_t silent_max_ms = 0;  // in a crowd, if that is longer (silent_time.h)
  int64_t came_ms = 0;  // set by submit(): steady time
  bool sniff = false;             // a client may as well speak plainly
  int64_t first_byte_ms = 0;      // 0: none; else how long to wait for a client that speaks first
  // Called once, on a pool thread (or on the caller's, for kFull and kStopped).
  absl::AnyInvocable<void(HandshakeOutcome)> done;
};

}  // namespace antiphon
