#include "broker/net/handshake_pool.h"

#include <utility>

#include "broker/runtime/clock.h"

namespace antiphon {

HandshakePool::HandshakePool(size_t thread_count, Log* log) : log_(log) {
  for (size_t i = 0; i < thread_count; ++i) workers_.push_back(std::make_unique<HandshakeWorker>());
  for (size_t i = 1; i < thread_count; ++i) workers_[i]->start([] {});
  // The first one watches for all of them: a crowd comes to all alike.
  workers_[0]->start([this] { log_crowds(); });
}

void HandshakePool::log_crowds() {
  if (log_ == nullptr) return;
  const auto line = admission_log_.line(counts(), steady_now().ns, wall_now_ns());
  if (line) log_->info(*line);
}

HandshakePool::~HandshakePool() = default;

HandshakeCounts HandshakePool::counts() const {
  HandshakeCounts counts;
  for (const auto& worker : workers_) worker->add_to(counts);
  return counts;
}

void HandshakePool::submit(HandshakeRequest request) {
  // Round robin; the counter orders nothing.
  const size_t index = next_.fetch_add(1, std::memory_order_relaxed) % workers_.size();
  workers_[index]->submit(std::move(request));
}

}  // namespace antiphon
