#include "broker/session/blocked_output.h"

#include <algorithm>

namespace antiphon {
namespace {

// What the kernel itself would take; above that there is nothing to limit.
constexpr size_t kKernelBytesDefault = 4 * 1024 * 1024;

}  // namespace

void block_output(Shard& shard, Session& session) {
  session.write_blocked = true;
  if (session.unsent_is_limited) return;  // once is enough: one that blocks may do so often
  const size_t share = kKernelOutputBytes / std::max<size_t>(shard.sessions.count(), 1);
  if (share >= kKernelBytesDefault) return;
  session.transport.limit_unsent(static_cast<int>(std::max(share, kUnsentBytesMin)));
  session.unsent_is_limited = true;
}

}  // namespace antiphon
