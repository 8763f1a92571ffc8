// What is done when a session's socket takes no more output.
//
// WHY: the kernel keeps up to net.ipv4.tcp_wmem (4 MiB) of output for each reader that does not keep
// up. For a few readers that is a welcome buffer; for thousands it is all the memory that the
// machine's sockets share, and every connection slows down. So the sessions of a shard share
// kKernelOutputBytes of it: the rest waits in the broker, where readers of the same messages share
// one block and the budget counts it.
// SHARD: home.
#pragma once

#include "broker/session/shard.h"

namespace antiphon {

inline constexpr size_t kKernelOutputBytes = 256 * 1024 * 1024;
// A session keeps at least so much in the kernel, beside what is on its way.
inline constexpr size_t kUnsentBytesMin = 64 * 1024;

// REQUIRES: the socket refused something.
void block_output(Shard& shard, Session& session);

}  // namespace antiphon
