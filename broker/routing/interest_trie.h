// A persistent map from text to interest: every published version stays as it was while the next
// one is being made.
//
// MODEL: a hash array mapped trie (32-way, 5 bits of a 64-bit hash per level). A change copies the
// nodes from the root to the place of the change, unless they were made since the last publish and
// nobody else can see them. Replaced nodes are kept in a list per version and freed when no
// shard can be reading that version any more, so there are no reference counts.
// SHARD: control for changes; any shard may read a published root.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "broker/routing/interest.h"

namespace antiphon {

// What is known about one key. Immutable once published.
struct InterestEntry {
  uint64_t version = 0;  // of the publish that made it
  uint64_t hash = 0;
  std::string key;
  uint32_t passing = 0;  // a prefix of wildcard subjects: how many of them pass through it
  ShardMask plain = 0;
  std::vector<QueueInterest> queues;
  InterestEntry* next_same_hash = nullptr;

  bool unused() const { return passing == 0 && plain == 0 && queues.empty(); }
};

struct InterestNode;  // a node of the trie; opaque

class InterestTrie {
 public:
  InterestTrie();
  ~InterestTrie();
  InterestTrie(const InterestTrie&) = delete;
  InterestTrie& operator=(const InterestTrie&) = delete;

  // The entry to change, made if missing. The caller calls settle() when it is done with it.
  InterestEntry& edit(std::string_view key);
  // Removes the entry if it says nothing any more.
  void settle(InterestEntry& entry);

  const InterestNode* root() const { return root_; }
  static const InterestEntry* find(const InterestNode* root, std::string_view key);

  // Ends the version being made: it may be read from now on. Returns its number.
  uint64_t publish();
  // No shard reads a version older than `version` any more: free_some() may free what it replaced.
  void reclaim(uint64_t version) { reclaimed_ = version; }
  // Frees at most `most` nodes and entries.
  void free_some(size_t most);
  bool has_more_to_free() const {
    return !retired_.empty() && retired_.front().version <= reclaimed_;
  }

  size_t entry_count() const { return entry_count_; }
  size_t waiting_for_reclaim() const;

 private:
  struct Retired {
    uint64_t version;  // of the publish that replaced them
    std::vector<InterestNode*> nodes;
    std::vector<InterestEntry*> entries;
  };

  InterestNode* writable(InterestNode* node);
  InterestNode* resized(InterestNode* node, size_t slot, bool insert);
  InterestEntry* writable_entry(InterestEntry* entry);
  void retire(InterestNode* node);
  void retire(InterestEntry* entry);
  InterestEntry& edit_slot(InterestNode*& node, uint64_t hash, int level, std::string_view key);
  void remove_slot(InterestNode*& node, uint64_t hash, int level, std::string_view key);

  uint64_t version_ = 1;  // the one being made
  InterestNode* root_;
  Retired retiring_;
  std::deque<Retired> retired_;
  uint64_t reclaimed_ = 0;
  size_t entry_count_ = 0;
};

}  // namespace antiphon
