#include "fleet/emulator/emulation.h"

#include <algorithm>

#include "protocol/bytes/check.h"

namespace antiphon::fleet {

Emulation::Emulation(EmulationSettings settings) : settings_(std::move(settings)) {
  AP_CHECK(settings_.threads > 0 && profile_error(settings_.profile).empty());
  uint32_t next = settings_.profile.first_number;
  uint32_t left = settings_.profile.nodes;
  for (unsigned threads = settings_.threads; threads > 0; --threads) {
    const uint32_t nodes = left / threads;
    if (nodes > 0) groups_.push_back(std::make_unique<NodeGroup>(settings_, next, nodes));
    next += nodes;
    left -= nodes;
  }
}

Emulation::~Emulation() {
  stop();
}

void Emulation::start() {
  started_at_ = steady_now();
  for (const auto& group : groups_) {
    threads_.emplace_back([&nodes = *group] { nodes.run(); });
  }
}

void Emulation::stop() {
  for (const auto& group : groups_) group->stop();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

EmulationCounts Emulation::counts() const {
  EmulationCounts sum;
  for (const auto& group : groups_) sum.add(group->counts());
  return sum;
}

}  // namespace antiphon::fleet
