// Deadlines of a shard's sessions, soonest first.
//
// MODEL: an entry says "look at this key at this time". The owner then decides what is due; when
// its real deadline has moved further away it just adds a new entry. So moving a deadline back (a
// connection was active) costs nothing, and an entry of something that is gone is simply ignored.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <queue>
#include <vector>

namespace antiphon {

class TimerHeap {
 public:
  struct Entry {
    int64_t due_ms;
    uint64_t key;
    bool operator>(const Entry& other) const { return due_ms > other.due_ms; }
  };

  void add(int64_t due_ms, uint64_t key) { heap_.push({due_ms, key}); }

  std::optional<int64_t> next_due_ms() const {
    return heap_.empty() ? std::nullopt : std::optional(heap_.top().due_ms);
  }

  // The next key that is due at `now_ms`, removed from the heap.
  std::optional<uint64_t> pop_due(int64_t now_ms) {
    if (heap_.empty() || heap_.top().due_ms > now_ms) return std::nullopt;
    const uint64_t key = heap_.top().key;
    heap_.pop();
    return key;
  }

  // Drops every entry for whose key wanted(key) is false, and the memory that is not needed then.
  template <typename Wanted>
  void keep_only(Wanted&& wanted) {
    std::erase_if(heap_.c, [&wanted](const Entry& entry) { return !wanted(entry.key); });
    heap_.c.shrink_to_fit();
    std::make_heap(heap_.c.begin(), heap_.c.end(), heap_.comp);
  }

  size_t size() const { return heap_.size(); }

 private:
  struct Heap : std::priority_queue<Entry, std::vector<Entry>, std::greater<Entry>> {
    using priority_queue::c;
    using priority_queue::comp;
  };
  Heap heap_;
};

}  // namespace antiphon
