// A connection within the process: two ends joined by memory, each for a thread of its own.
//
// WHY: what runs in the broker's process speaks the client protocol with it like everybody, so
// that sessions, limits and pages know one kind of client; but nothing goes through the kernel.
// MODEL: a ByteRing for each direction (broker/runtime/byte_ring.h). An end's descriptor is an
// eventfd: under an edge-triggered poller each signal reports it readable and writable, so one
// kind of signal says that bytes have come, that there is room again, or that the other end has
// closed. As with a socket it comes to an end that was stopped before, and else need not come; the
// first one comes when a poller gets to know the end.
// INVARIANTS: what was written before an end closed is still read; then comes kEnd. Writing to an
// end that has closed fails.
// THREADS: each end on one thread at a time. LIFETIME: ends close in any order. The descriptor
// stays known to a poller until both have: take it out before closing (Poller::remove).
// LIMITS: kMemoryStreamBytes wait in each direction; a write beyond is told kWouldBlock.
#pragma once

#include <cstddef>
#include <optional>

#include "broker/net/transport.h"

namespace antiphon {

inline constexpr size_t kMemoryStreamBytes = 1 << 20;

struct MemoryConnection {
  Transport one;
  Transport other;
};

// Nothing when the process has no descriptors left; it takes four. `bytes_max`, a power of two, is
// for tests.
std::optional<MemoryConnection> connect_in_memory(size_t bytes_max = kMemoryStreamBytes);

}  // namespace antiphon
