// Where one request goes: its targets, without those that are left out.
//
// MODEL: chosen by what the ledger knows of them, then thinned out by the replay window, then, with
// placement, each node's subject is followed by the one that the broker answers to when nobody listens.
// LIFETIME: the subjects point into the request, or here; both are good until the next one.
// LIMITS: as many as the request has.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "federation/envelope/replay_window.h"
#include "federation/memory/ledger.h"

namespace antiphon::federation {

class RequestTargets {
 public:
  // `absence_subject` ends in a dot; a target's key follows it.
  RequestTargets(size_t targets_max, std::string absence_subject);

  // All but those that are elsewhere; returns how many these are.
  uint32_t choose(std::span<const std::string_view> targets, const Ledger& ledger, int64_t now_ms);
  // Returns how many of them have had this data.
  uint32_t leave_out_known(std::string_view data, ReplayWindow& replays, int64_t now_ms);
  // Whether each of them has had this data.
  bool are_known(std::string_view data, ReplayWindow& replays, int64_t now_ms) const;
  void remember(std::string_view data, ReplayWindow& replays, int64_t now_ms) const;
  void ask_who_listens(const Ledger& ledger);

  std::span<const std::string_view> subjects() const { return subjects_; }
  bool empty() const { return subjects_.empty(); }
  uint32_t count() const { return static_cast<uint32_t>(subjects_.size()); }
  // What all of them need of a queue at most, for a message of so many bytes.
  uint64_t queue_bytes(size_t message_bytes) const;

 private:
  const std::string absence_subject_;
  std::vector<std::string_view> subjects_;
  std::string lines_;  // subjects_ with reply subjects behind them
};

}  // namespace antiphon::federation
