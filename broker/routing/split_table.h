// A hash table that never moves many entries at once.
//
// WHY: a hash table that is full moves all it has into a larger one. With a million subjects that
// takes 0.2 s, in which nothing is published. MODEL: a small table is one; at split_at entries it is
// cut into 2^part_bits tables by the upper bits of the hash, each of which grows for itself. With
// kJoinAt entries left it is one again: a few clients that stay do not keep the tables of a fleet.
// LIMITS: one insert moves split_at entries, or a part's, and one erase kJoinAt; so choose both by what
// the table will hold.
// Table: a flat_hash_set or a flat_hash_map. THREADS: none; the owner's.
#pragma once

#include <cstddef>
#include <memory>
#include <utility>

namespace antiphon {

template <typename Table, unsigned part_bits = 10, size_t split_at = 4096>
class SplitTable {
 public:
  static constexpr size_t kParts = size_t{1} << part_bits;
  static constexpr size_t kSplitAt = split_at;
  static constexpr size_t kJoinAt = kSplitAt / 32;

  bool empty() const { return size_ == 0; }
  size_t size() const { return size_; }
  bool is_split() const { return parts_ != nullptr; }

  // The entry with this key, or null.
  template <typename Key>
  typename Table::value_type* find(const Key& key) {
    const size_t hash = whole_.hash_function()(key);
    Table& table = part(hash);
    const auto found = table.find(key, hash);
    return found == table.end() ? nullptr : const_cast<typename Table::value_type*>(&*found);
  }
  template <typename Key>
  const typename Table::value_type* find(const Key& key) const {
    return const_cast<SplitTable*>(this)->find(key);
  }

  // REQUIRES: there is none with this key.
  template <typename Key>
  typename Table::value_type& insert(const Key& key, typename Table::value_type value) {
    if (parts_ == nullptr && size_ >= kSplitAt) split();
    ++size_;
    const auto place = part(whole_.hash_function()(key)).insert(std::move(value));
    return const_cast<typename Table::value_type&>(*place.first);
  }

  // REQUIRES: there is one. Entries that stay may move.
  template <typename Key>
  void erase(const Key& key) {
    Table& table = part(whole_.hash_function()(key));
    table.erase(table.find(key));
    // Parts that are empty give their memory back one by one, so that join() finds few that have some.
    if (parts_ != nullptr && table.empty()) table = Table();
    if (--size_ <= kJoinAt && parts_ != nullptr) join();
  }

  template <typename Visit>
  void for_each(Visit&& visit) const {
    for (const auto& entry : whole_) visit(entry);
    for (size_t i = 0; parts_ != nullptr && i < kParts; ++i) {
      for (const auto& entry : parts_[i]) visit(entry);
    }
  }

 private:
  Table& part(size_t hash) {
    return parts_ == nullptr ? whole_ : parts_[hash >> (8 * sizeof hash - part_bits)];
  }

  void split() {
    parts_ = std::make_unique<Table[]>(kParts);
    for (auto at = whole_.begin(); at != whole_.end();) {
      auto entry = whole_.extract(at++);
      if constexpr (requires { entry.key(); }) {
        part(whole_.hash_function()(entry.key())).insert(std::move(entry));
      } else {
        part(whole_.hash_function()(entry.value())).insert(std::move(entry));
      }
    }
    whole_ = Table();
  }

  void join() {
    const std::unique_ptr<Table[]> parts = std::move(parts_);
    whole_.reserve(size_);
    for (size_t i = 0; i < kParts; ++i) {
      for (auto at = parts[i].begin(); at != parts[i].end();) {
        whole_.insert(parts[i].extract(at++));
      }
    }
  }

  Table whole_;
  std::unique_ptr<Table[]> parts_;  // null while there are few
  size_t size_ = 0;
};

}  // namespace antiphon
