#include "broker/session/change_pace.h"

#include <algorithm>

#include "broker/session/read.h"
#include "broker/session/shard.h"

namespace antiphon {
namespace {

// Changes that may still be made before the other shards have to know of some.
size_t room_for_unseen(const Shard& shard) {
  // The coordinating shard's own are in the book at once.
  if (shard.is_alone() || shard.book != nullptr) return TurnLimits::kUnseenChanges;
  const uint64_t unseen = shard.interest_sequence - shard.interest_visible;
  return TurnLimits::kUnseenChanges - std::min<uint64_t>(unseen, TurnLimits::kUnseenChanges);
}

size_t changes_of_turn(const Shard& shard) {
  return std::min(TurnLimits::kSubscriptionChanges, room_for_unseen(shard));
}

}  // namespace

void begin_changes(Shard& shard) {
  ChangePace& pace = shard.change_pace;
  pace.waiting_first = !pace.waiting.empty();
  pace.left = pace.waiting_first ? 0 : changes_of_turn(shard);
}

bool take_change(Shard& shard) {
  if (shard.change_pace.left == 0) return false;
  --shard.change_pace.left;
  return true;
}

void wait_to_change(Shard& shard, Session& session) {
  ++session.pauses;
  shard.change_pace.waiting.push_back(session.id);
}

void take_waiting_changes(Shard& shard) {
  ChangePace& pace = shard.change_pace;
  if (!pace.waiting_first) return;
  pace.waiting_first = false;
  pace.left = changes_of_turn(shard);
  while (pace.left > 0 && !pace.waiting.empty()) {
    Session* session = shard.sessions.find(pace.waiting.front());
    pace.waiting.pop_front();
    if (session != nullptr && !session->is_closing()) read_on(shard, *session);
  }
}

bool has_waiting_changes(const Shard& shard) {
  return !shard.change_pace.waiting.empty() && room_for_unseen(shard) > 0;
}

size_t drops_of_turn(const Shard& shard) {
  return std::min(TurnLimits::kDroppedSubscriptions, room_for_unseen(shard));
}

}  // namespace antiphon
