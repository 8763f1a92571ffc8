#include "federation/relay/request_targets.h"

#include "federation/relay/back_pressure.h"

#include <algorithm>

namespace antiphon::federation {

RequestTargets::RequestTargets(size_t targets_max, std::string absence_subject)
    : absence_subject_(std::move(absence_subject)) {
  subjects_.reserve(targets_max);
}

uint32_t RequestTargets::choose(std::span<const std::string_view> targets, const Ledger& ledger,
                                int64_t now_ms) {
  subjects_.clear();
  for (const std::string_view target : targets) {
    if (!ledger.is_elsewhere(target, now_ms)) subjects_.push_back(target);
  }
  return static_cast<uint32_t>(targets.size() - subjects_.size());
}

uint32_t RequestTargets::leave_out_known(std::string_view data, ReplayWindow& replays,
                                         int64_t now_ms) {
  return static_cast<uint32_t>(replays.leave_out_known(data, subjects_, now_ms));
}

bool RequestTargets::are_known(std::string_view data, ReplayWindow& replays, int64_t now_ms) const {
  return replays.is_known(data, subjects_, now_ms);
}

void RequestTargets::remember(std::string_view data, ReplayWindow& replays, int64_t now_ms) const {
  std::vector<std::string_view> all = subjects_;
  replays.leave_out_known(data, all, now_ms);
}

void RequestTargets::ask_who_listens(const Ledger& ledger) {
  size_t bytes = 0;
  for (const std::string_view target : subjects_) bytes += target.size();
  const size_t reply_bytes = 1 + absence_subject_.size() + Absences::kKeyLetters;
  if (lines_.size() < bytes + subjects_.size() * reply_bytes) {
    lines_.resize(bytes + subjects_.size() * reply_bytes);
  }
  char* out = lines_.data();
  for (std::string_view& target : subjects_) {
    if (node_of_target(target).empty()) continue;
    char* const begin = out;
    out = std::copy(target.begin(), target.end(), out);
    *out++ = ' ';
    out = std::copy(absence_subject_.begin(), absence_subject_.end(), out);
    Absences::write_key(ledger.key_of(target), out);
    out += Absences::kKeyLetters;
    target = {begin, static_cast<size_t>(out - begin)};
  }
}

uint64_t RequestTargets::queue_bytes(size_t message_bytes) const {
  uint64_t bytes = 0;
  for (const std::string_view subject : subjects_) {
    bytes += subject.size() + message_bytes + kPublishLineBytes + absence_subject_.size() +
             Absences::kKeyLetters;
  }
  return bytes;
}

}  // namespace antiphon::federation
