// The names of the nodes that a federation broker has heard of, each with a number, and when it
// was last heard from at this site.
//
// WHY: who was heard from here lives here; and whoever asks which answers are missing wants names.
// MODEL: numbers are dense, so that a set of nodes is a row of bits (node_set.h). They are good
// until compact(), which throws away who was not heard from for here_ms.
// LIMITS: nodes_max names of at most kRosterNameBytesMax; whoever finds no room gets no number.
#pragma once

#include <absl/container/flat_hash_set.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/bytes/text.h"

namespace antiphon::federation {

inline constexpr uint32_t kNoNode = UINT32_MAX;
inline constexpr size_t kRosterNameBytesMax = 255;

class NodeRoster {
 public:
  NodeRoster(size_t nodes_max, int64_t here_ms);
  NodeRoster(const NodeRoster&) = delete;
  NodeRoster& operator=(const NodeRoster&) = delete;

  // Its number; kNoNode if it has none.
  uint32_t find(std::string_view name) const;
  // Gives it one if there is room.
  uint32_t find_or_add(std::string_view name);
  bool is_full() const { return nodes_.size() >= nodes_max_; }
  // All numbers are void afterwards.
  void compact(int64_t now_ms);

  void heard(uint32_t node, int64_t now_ms) {
    nodes_[node].heard_ms = now_ms;
    nodes_[node].has_left = false;
  }
  // It has said that it ends.
  void left(uint32_t node) { nodes_[node].has_left = true; }
  bool has_left(uint32_t node) const { return nodes_[node].has_left; }
  // kNever when it was not.
  int64_t heard_ms(uint32_t node) const { return nodes_[node].heard_ms; }
  bool is_here(uint32_t node, int64_t now_ms) const {
    return !nodes_[node].has_left && now_ms - nodes_[node].heard_ms < here_ms_;
  }
  std::string_view name(uint32_t node) const { return nodes_[node].name; }
  uint32_t size() const { return static_cast<uint32_t>(nodes_.size()); }
  // How many were heard from within here_ms: looks at each.
  uint32_t here(int64_t now_ms) const;

  static constexpr int64_t kNever = INT64_MIN / 2;

 private:
  struct Node {
    std::string name;
    int64_t heard_ms = kNever;
    bool has_left = false;
  };
  struct NameHash {
    using is_transparent = void;
    const std::vector<Node>* nodes;
    size_t operator()(std::string_view name) const { return TextHash()(name); }
    size_t operator()(uint32_t node) const { return TextHash()((*nodes)[node].name); }
  };
  struct NameEqual {
    using is_transparent = void;
    const std::vector<Node>* nodes;
    bool operator()(uint32_t a, uint32_t b) const { return a == b; }
    bool operator()(uint32_t a, std::string_view b) const { return (*nodes)[a].name == b; }
    bool operator()(std::string_view a, uint32_t b) const { return (*nodes)[b].name == a; }
  };

  const size_t nodes_max_;
  const int64_t here_ms_;
  std::vector<Node> nodes_;
  absl::flat_hash_set<uint32_t, NameHash, NameEqual> numbers_;
};

}  // namespace antiphon::federation
