#include "broker/session/aftermath.h"

#include "broker/net/tls_memory.h"
#include "broker/runtime/allocator.h"

namespace antiphon {
namespace {

void give_back(Shard& shard) {
  shard.timers.keep_only([&shard](uint64_t key) {
    return shard.sessions.find(SessionId::unpack(key)) != nullptr;
  });
  shard.sessions.trim();
  shard.dirty.shrink_to_fit();
  shard.closing.shrink_to_fit();
  shard.more_to_read.shrink_to_fit();
  shard.mesh_paused.shrink_to_fit();
  shard.fences.shrink_to_fit();
  shard.pool.trim();
  trim_tls_objects();
  empty_allocator_cache();
}

}  // namespace

void Aftermath::look_at(Shard& shard) {
  const size_t sessions = shard.sessions.count();
  crowd_ = std::max(crowd_, sessions);
  if (due_ms_ == 0) {
    if (has_gone(sessions)) due_ms_ = shard.now.ms() + kRestMs;
    return;
  }
  if (due_ms_ > shard.now.ms()) return;
  due_ms_ = 0;
  if (!has_gone(sessions)) return;  // they have come back
  crowd_ = sessions;
  give_back(shard);
}

}  // namespace antiphon
