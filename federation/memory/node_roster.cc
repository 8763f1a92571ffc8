#include "federation/memory/node_roster.h"

#include <utility>

namespace antiphon::federation {

NodeRoster::NodeRoster(size_t nodes_max, int64_t here_ms)
    : nodes_max_(nodes_max), here_ms_(here_ms), numbers_(0, NameHash{&nodes_}, NameEqual{&nodes_}) {}

uint32_t NodeRoster::find(std::string_view name) const {
  const auto found = numbers_.find(name);
  return found == numbers_.end() ? kNoNode : *found;
}

uint32_t NodeRoster::find_or_add(std::string_view name) {
  if (const uint32_t node = find(name); node != kNoNode) return node;
  if (is_full() || name.empty() || name.size() > kRosterNameBytesMax) return kNoNode;
  nodes_.push_back({std::string(name)});
  numbers_.insert(size() - 1);
  return size() - 1;
}

void NodeRoster::compact(int64_t now_ms) {
  numbers_.clear();
  std::vector<Node> all = std::move(nodes_);
  nodes_.clear();
  for (Node& node : all) {
    if (node.has_left || now_ms - node.heard_ms >= here_ms_) continue;
    nodes_.push_back(std::move(node));
    numbers_.insert(size() - 1);
  }
}

uint32_t NodeRoster::here(int64_t now_ms) const {
  uint32_t count = 0;
  for (uint32_t node = 0; node < size(); ++node) count += is_here(node, now_ms);
  return count;
}

}  // namespace antiphon::federation
