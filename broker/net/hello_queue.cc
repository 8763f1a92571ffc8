#include "broker/net/hello_queue.h"

#include <algorithm>

namespace antiphon {

void HelloQueue::push(const Source& source, uint64_t key) {
  ++size_;
  const auto [found, is_new] = sources_.try_emplace(source);
  if (is_new) {
    to_serve_.push_front({source, {key}});
    found->second = to_serve_.begin();
    return;
  }
  const Turn::iterator waiting = found->second;
  waiting->keys.push_back(key);
  if (!waiting->served) to_serve_.splice(to_serve_.begin(), to_serve_, waiting);
}

bool HelloQueue::erase(const Source& source, uint64_t key) {
  const auto found = sources_.find(source);
  if (found == sources_.end()) return false;
  auto& keys = found->second->keys;
  const auto at = std::find(keys.begin(), keys.end(), key);  // who goes is mostly the oldest
  if (at == keys.end()) return false;
  keys.erase(at);
  --size_;
  if (keys.empty() && !found->second->served) forget(to_serve_, found->second);
  return true;
}

std::optional<uint64_t> HelloQueue::pop() {
  if (size_ == 0) return std::nullopt;
  if (to_serve_.empty()) begin_round();
  const Turn::iterator next = to_serve_.begin();
  const uint64_t key = next->keys.back();
  next->keys.pop_back();
  --size_;
  // Also when nothing of it waits any more: else one connection after the other would always find
  // its source unserved.
  next->served = true;
  served_.splice(served_.begin(), to_serve_, next);
  if (served_.size() > kServedSourcesMax && served_.back().keys.empty()) {
    forget(served_, std::prev(served_.end()));
  }
  return key;
}

void HelloQueue::begin_round() {
  for (auto source = served_.begin(); source != served_.end();) {
    const auto following = std::next(source);
    source->served = false;
    if (source->keys.empty()) forget(served_, source);
    source = following;
  }
  to_serve_.swap(served_);
}

void HelloQueue::forget(Turn& turn, Turn::iterator source) {
  sources_.erase(source->source);
  turn.erase(source);
}

}  // namespace antiphon
