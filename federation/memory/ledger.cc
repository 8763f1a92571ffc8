#include "federation/memory/ledger.h"

namespace antiphon::federation {
namespace {

constexpr int64_t kNsPerMs = 1'000'000;
constexpr std::string_view kNodePart = ".node.";

}  // namespace

std::string_view placement_name(PlacementMode mode) {
  switch (mode) {
    case PlacementMode::kOff: return "off";
    case PlacementMode::kWatch: return "watch";
    case PlacementMode::kOn: return "on";
  }
  return "off";
}

std::string_view node_of_target(std::string_view target) {
  const size_t dot = target.find('.');
  if (dot == std::string_view::npos || !target.substr(dot).starts_with(kNodePart)) return {};
  return target.substr(dot + kNodePart.size());
}

std::string_view plain_text(std::string_view quoted) {
  if (quoted.size() < 2 || quoted.find('\\') != std::string_view::npos) return {};
  return quoted.substr(1, quoted.size() - 2);
}

Ledger::Ledger(const LedgerSettings& settings, uint64_t seed)
    : settings_(settings),
      nodes_(settings.nodes_max, settings.here_ms),
      absences_(learns() ? settings.absences : 1, settings.absence_ms, seed),
      requests_(settings.requests) {}

// ---- Placement ---------------------------------------------------------------------------------

bool Ledger::is_elsewhere(std::string_view target, int64_t now_ms) const {
  if (settings_.placement != PlacementMode::kOn) return false;
  const std::string_view name = node_of_target(target);
  if (name.empty()) return false;
  const int64_t noted_ms = absences_.noted_ms(absences_.key_of(target), now_ms);
  if (noted_ms < 0) return false;
  const uint32_t node = nodes_.find(name);
  if (node == kNoNode) return true;
  // What the broker said before the node was heard from is out of date, also when it has left since.
  return !nodes_.is_here(node, now_ms) && nodes_.heard_ms(node) < noted_ms;
}

void Ledger::nobody_listens(uint64_t key, int64_t now_ms) {
  ++told_;
  if (now_ms >= learns_from_ms_) absences_.note(key, now_ms);
}

void Ledger::collective_opened(int64_t now_ms) {
  absences_.forget_all();
  learns_from_ms_ = now_ms + settings_.settle_ms;
}

void Ledger::node_gave(LifeSign sign, std::string_view name, int64_t now_ms) {
  if (name.empty()) {
    ++nameless_;
    return;
  }
  ++signs_[static_cast<size_t>(sign)];
  if (sign == LifeSign::kShutdown) {
    // Who was never heard from needs no name for it.
    if (const uint32_t node = nodes_.find(name); node != kNoNode) nodes_.left(node);
    return;
  }
  const uint32_t node = number_of(name, now_ms);
  if (node != kNoNode) nodes_.heard(node, now_ms);
}

// ---- Messages ----------------------------------------------------------------------------------

uint32_t Ledger::number_of(std::string_view name, int64_t now_ms) {
  const uint32_t node = nodes_.find_or_add(name);
  if (node != kNoNode || !nodes_.is_full()) return node;
  ++unnamed_;
  if (now_ms - compacted_ms_ < kCompactEveryMs) return kNoNode;
  compacted_ms_ = now_ms;
  ++compactions_;
  nodes_.compact(now_ms);
  requests_.clear();
  return nodes_.find_or_add(name);
}

void Ledger::note_targets(const TransportView& transport, RequestRecord& record, int64_t now_ms) {
  const uint64_t compactions = compactions_;
  for (const std::string_view target : transport.targets) {
    const std::string_view name = node_of_target(target);
    if (name.empty()) {
      ++record.broadcasts;
      continue;
    }
    const uint32_t node = number_of(name, now_ms);
    if (compactions != compactions_) return;  // the record is gone
    if (node != kNoNode) record.asked.add(node);
  }
}

void Ledger::request_came(const TransportView& transport, const Passing& passing, int64_t now_ns) {
  RequestRecord* record = requests_.of(plain_text(transport.request_id), now_ns);
  if (record == nullptr) return;
  ++record->messages;
  record->targets += static_cast<uint32_t>(transport.targets.size());
  record->published += passing.published;
  record->elsewhere += passing.elsewhere;
  record->duplicates += passing.duplicates;
  if (passing.refusal != Refusal::kNone && passing.refusal != Refusal::kElsewhere) {
    ++record->refused;
    record->refusal = passing.refusal;
  }
  // What nobody may ask for fills no memory.
  const bool may_be = passing.refusal != Refusal::kTargetNotAllowed &&
                      passing.refusal != Refusal::kTooManyTargets;
  if (may_be) note_targets(transport, *record, now_ns / kNsPerMs);
}

void Ledger::reply_passed(const TransportView& transport, int64_t now_ns) {
  const int64_t now_ms = now_ns / kNsPerMs;
  const uint64_t compactions = compactions_;
  const std::string_view sender = plain_text(transport.sender);
  const uint32_t node = sender.empty() ? kNoNode : number_of(sender, now_ms);
  if (node != kNoNode) nodes_.heard(node, now_ms);
  RequestRecord* record = requests_.of(plain_text(transport.request_id), now_ns);
  if (record == nullptr || compactions != compactions_) return;
  if (record->replies++ == 0) record->first_reply_ns = now_ns;
  record->last_reply_ns = now_ns;
  if (node != kNoNode) record->answered.add(node);
}

// ---- What is known -----------------------------------------------------------------------------

TargetFacts Ledger::facts(std::string_view target, int64_t now_ms) const {
  TargetFacts facts;
  const uint32_t node = nodes_.find(node_of_target(target));
  if (node != kNoNode && nodes_.heard_ms(node) != NodeRoster::kNever && !nodes_.has_left(node)) {
    facts.heard_ms_ago = now_ms - nodes_.heard_ms(node);
  }
  const int64_t noted_ms = absences_.noted_ms(absences_.key_of(target), now_ms);
  if (noted_ms >= 0) facts.absent_ms_ago = now_ms - noted_ms;
  facts.left_out = is_elsewhere(target, now_ms);
  return facts;
}

PlacementCounts Ledger::counts(int64_t now_ms) const {
  return {settings_.placement,      nodes_.size(), nodes_.here(now_ms),
          absences_.count(now_ms), told_,         unnamed_,
          compactions_,            signs_,        nameless_};
}

}  // namespace antiphon::federation
