#include "broker/routing/interest_trie.h"

#include <bit>
#include <cstdlib>
#include <cstring>
#include <new>

#include "protocol/bytes/check.h"
#include "protocol/bytes/text.h"

namespace antiphon {

namespace {
constexpr int kBitsPerLevel = 5;
constexpr int kLevelsMax = (64 + kBitsPerLevel - 1) / kBitsPerLevel;

uint32_t bit_of(uint64_t hash, int level) {
  return 1u << (hash >> (level * kBitsPerLevel) & ((1u << kBitsPerLevel) - 1));
}
}  // namespace

// `occupied` says which of the 32 places are taken, `nodes` which of those hold a node (the others
// hold an entry). The taken places follow the struct, in order.
struct InterestNode {
  uint64_t version;
  uint32_t occupied;
  uint32_t nodes;

  void** slots() { return reinterpret_cast<void**>(this + 1); }
  void* const* slots() const { return reinterpret_cast<void* const*>(this + 1); }
  size_t count() const { return static_cast<size_t>(std::popcount(occupied)); }
  size_t index(uint32_t bit) const {
    return static_cast<size_t>(std::popcount(occupied & (bit - 1)));
  }

  static InterestNode* create(uint64_t version, size_t slots) {
    void* memory = std::malloc(sizeof(InterestNode) + slots * sizeof(void*));
    if (memory == nullptr) throw std::bad_alloc();
    return new (memory) InterestNode{version, 0, 0};
  }
};

namespace {

void destroy(InterestNode* node) { std::free(node); }

void destroy_chain(InterestEntry* entry) {
  while (entry != nullptr) {
    InterestEntry* next = entry->next_same_hash;
    delete entry;
    entry = next;
  }
}

void destroy_all(InterestNode* node) {
  uint32_t rest = node->occupied;
  for (size_t i = 0; rest != 0; ++i, rest &= rest - 1) {
    const uint32_t bit = rest & -rest;
    if ((node->nodes & bit) != 0) {
      destroy_all(static_cast<InterestNode*>(node->slots()[i]));
    } else {
      destroy_chain(static_cast<InterestEntry*>(node->slots()[i]));
    }
  }
  destroy(node);
}

}  // namespace

InterestTrie::InterestTrie() : root_(InterestNode::create(version_, 0)) {}

InterestTrie::~InterestTrie() {
  reclaim(UINT64_MAX);
  free_some(SIZE_MAX);
  for (InterestNode* node : retiring_.nodes) destroy(node);
  for (InterestEntry* entry : retiring_.entries) delete entry;
  destroy_all(root_);
}

void InterestTrie::retire(InterestNode* node) {
  if (node->version == version_) {
    destroy(node);  // made since the last publish: nobody else has seen it
  } else {
    retiring_.nodes.push_back(node);
  }
}

void InterestTrie::retire(InterestEntry* entry) {
  if (entry->version == version_) {
    delete entry;
  } else {
    retiring_.entries.push_back(entry);
  }
}

InterestNode* InterestTrie::writable(InterestNode* node) {
  if (node->version == version_) return node;
  const size_t count = node->count();
  InterestNode* copy = InterestNode::create(version_, count);
  copy->occupied = node->occupied;
  copy->nodes = node->nodes;
  std::memcpy(copy->slots(), node->slots(), count * sizeof(void*));
  retire(node);
  return copy;
}

// A copy of `node` with an empty place added at `slot`, or with the place at `slot` taken out.
InterestNode* InterestTrie::resized(InterestNode* node, size_t slot, bool insert) {
  const size_t count = node->count();
  InterestNode* copy = InterestNode::create(version_, insert ? count + 1 : count - 1);
  copy->occupied = node->occupied;
  copy->nodes = node->nodes;
  const size_t skip_from = insert ? 0 : 1;
  const size_t skip_to = insert ? 1 : 0;
  std::memcpy(copy->slots(), node->slots(), slot * sizeof(void*));
  std::memcpy(copy->slots() + slot + skip_to, node->slots() + slot + skip_from,
              (count - slot - skip_from) * sizeof(void*));
  retire(node);
  return copy;
}

InterestEntry* InterestTrie::writable_entry(InterestEntry* entry) {
  if (entry->version == version_) return entry;
  auto* copy = new InterestEntry(*entry);
  copy->version = version_;
  retire(entry);
  return copy;
}

InterestEntry& InterestTrie::edit_slot(InterestNode*& node, uint64_t hash, int level,
                                       std::string_view key) {
  const uint32_t bit = bit_of(hash, level);
  const size_t slot = node->index(bit);
  if ((node->occupied & bit) == 0) {
    node = resized(node, slot, true);
    node->occupied |= bit;
    auto* entry = new InterestEntry{version_, hash, std::string(key), 0, 0, {}, nullptr};
    ++entry_count_;
    node->slots()[slot] = entry;
    return *entry;
  }
  node = writable(node);
  if ((node->nodes & bit) != 0) {
    auto* child = static_cast<InterestNode*>(node->slots()[slot]);
    InterestEntry& entry = edit_slot(child, hash, level + 1, key);
    node->slots()[slot] = child;
    return entry;
  }
  auto* first = static_cast<InterestEntry*>(node->slots()[slot]);
  if (first->hash != hash) {
    // Two hashes share this place: move the present one a level down and try again there.
    AP_CHECK(level + 1 < kLevelsMax);
    InterestNode* child = InterestNode::create(version_, 1);
    child->occupied = bit_of(first->hash, level + 1);
    child->slots()[0] = first;
    node->nodes |= bit;
    InterestEntry& entry = edit_slot(child, hash, level + 1, key);
    node->slots()[slot] = child;
    return entry;
  }
  // The chain of one hash: copy what stands before the key's entry, so that readers of the old
  // version keep theirs.
  InterestEntry* chain = writable_entry(first);
  node->slots()[slot] = chain;
  while (chain->key != key) {
    if (chain->next_same_hash == nullptr) {
      chain->next_same_hash =
          new InterestEntry{version_, hash, std::string(key), 0, 0, {}, nullptr};
      ++entry_count_;
    } else {
      chain->next_same_hash = writable_entry(chain->next_same_hash);
    }
    chain = chain->next_same_hash;
  }
  return *chain;
}

InterestEntry& InterestTrie::edit(std::string_view key) {
  return edit_slot(root_, TextHash()(key), 0, key);
}

// REQUIRES: edit(key) was called in this version, so the whole path is writable.
void InterestTrie::remove_slot(InterestNode*& node, uint64_t hash, int level,
                               std::string_view key) {
  const uint32_t bit = bit_of(hash, level);
  const size_t slot = node->index(bit);
  if ((node->nodes & bit) != 0) {
    auto* child = static_cast<InterestNode*>(node->slots()[slot]);
    remove_slot(child, hash, level + 1, key);
    node->slots()[slot] = child;
    if (child->occupied != 0) return;
    retire(child);
    node->nodes &= ~bit;
  } else {
    auto* entry = static_cast<InterestEntry*>(node->slots()[slot]);
    InterestEntry* before = nullptr;
    while (entry->key != key) {
      before = entry;
      entry = entry->next_same_hash;
    }
    InterestEntry* after = entry->next_same_hash;
    if (before != nullptr) {
      before->next_same_hash = after;
    } else {
      node->slots()[slot] = after;
    }
    retire(entry);
    --entry_count_;
    if (node->slots()[slot] != nullptr) return;
  }
  node = resized(node, slot, false);
  node->occupied &= ~bit;
}

void InterestTrie::settle(InterestEntry& entry) {
  if (!entry.unused()) return;
  const std::string key = entry.key;  // the entry goes before the search for it ends
  remove_slot(root_, entry.hash, 0, key);
}

const InterestEntry* InterestTrie::find(const InterestNode* root, std::string_view key) {
  const uint64_t hash = TextHash()(key);
  for (int level = 0; level < kLevelsMax; ++level) {
    const uint32_t bit = bit_of(hash, level);
    if ((root->occupied & bit) == 0) return nullptr;
    void* place = root->slots()[root->index(bit)];
    if ((root->nodes & bit) != 0) {
      root = static_cast<const InterestNode*>(place);
      continue;
    }
    const auto* entry = static_cast<const InterestEntry*>(place);
    while (entry != nullptr && (entry->hash != hash || entry->key != key)) {
      entry = entry->next_same_hash;
    }
    return entry;
  }
  return nullptr;
}

uint64_t InterestTrie::publish() {
  retiring_.version = version_;
  retired_.push_back(std::move(retiring_));
  retiring_ = {};
  return version_++;
}

void InterestTrie::free_some(size_t most) {
  while (most > 0 && has_more_to_free()) {
    Retired& oldest = retired_.front();
    for (; most > 0 && !oldest.nodes.empty(); --most) {
      destroy(oldest.nodes.back());
      oldest.nodes.pop_back();
    }
    for (; most > 0 && !oldest.entries.empty(); --most) {
      delete oldest.entries.back();
      oldest.entries.pop_back();
    }
    if (oldest.nodes.empty() && oldest.entries.empty()) retired_.pop_front();
  }
}

size_t InterestTrie::waiting_for_reclaim() const {
  size_t count = 0;
  for (const Retired& retired : retired_) count += retired.nodes.size() + retired.entries.size();
  return count;
}

}  // namespace antiphon
