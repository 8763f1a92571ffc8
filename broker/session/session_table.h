// The sessions of a shard by SessionId.
//
// INVARIANTS: a slot's generation grows each time it is given out, also when the slot itself was given
// back meanwhile, so the id of a session that is gone never finds its successor.
#pragma once

#include <algorithm>
#include <memory>
#include <vector>

#include "broker/session/session.h"

namespace antiphon {

class SessionTable {
 public:
  Session& add() {
    uint32_t slot;
    if (free_slots_.empty()) {
      slot = static_cast<uint32_t>(slots_.size());
      slots_.push_back({nullptr, first_generation_});
    } else {
      slot = free_slots_.back();
      free_slots_.pop_back();
    }
    Slot& place = slots_[slot];
    ++place.generation;
    place.session = std::make_unique<Session>();
    place.session->id = {slot, place.generation};
    ++count_;
    return *place.session;
  }

  Session* find(SessionId id) const {
    if (id.slot >= slots_.size() || slots_[id.slot].generation != id.generation) return nullptr;
    return slots_[id.slot].session.get();
  }

  void remove(SessionId id) {
    slots_[id.slot].session = nullptr;
    free_slots_.push_back(id.slot);
    --count_;
  }

  size_t count() const { return count_; }

  // Gives back the slots behind the last session: what a crowd needed that has gone.
  void trim() {
    while (!slots_.empty() && slots_.back().session == nullptr) {
      first_generation_ = std::max(first_generation_, slots_.back().generation);
      slots_.pop_back();
    }
    std::erase_if(free_slots_, [this](uint32_t slot) { return slot >= slots_.size(); });
    slots_.shrink_to_fit();
    free_slots_.shrink_to_fit();
  }

  // Calls visit(Session&) for each; visit must not add or remove any.
  template <typename Visit>
  void for_each(Visit&& visit) const {
    for (const Slot& slot : slots_) {
      if (slot.session != nullptr) visit(*slot.session);
    }
  }

  // The same for the slots [first, first + count). Returns whether there are slots behind those: a
  // long walk can be made in portions, with turns in between.
  template <typename Visit>
  bool visit_some(size_t first, size_t count, Visit&& visit) const {
    const size_t end = std::min(first + count, slots_.size());
    for (size_t i = first; i < end; ++i) {
      if (slots_[i].session != nullptr) visit(*slots_[i].session);
    }
    return end < slots_.size();
  }

 private:
  struct Slot {
    std::unique_ptr<Session> session;
    uint32_t generation = 0;
  };
  std::vector<Slot> slots_;
  std::vector<uint32_t> free_slots_;
  uint32_t first_generation_ = 0;  // the highest that a slot had which was given back
  size_t count_ = 0;
};

}  // namespace antiphon
