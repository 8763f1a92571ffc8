// What a Relay does with a message: from the frame to what is published for it.
#include <algorithm>
#include <charconv>

#include "broker/runtime/clock.h"
#include "federation/envelope/error_reply.h"
#include "federation/envelope/rewrite.h"
#include "federation/relay/relay.h"

namespace antiphon::federation {
namespace {

constexpr size_t kPublishLineBytes = 32;  // "PUB", the size, line ends

uint32_t number_of(std::string_view sid) {
  uint32_t number = 0;
  std::from_chars(sid.data(), sid.data() + sid.size(), number);
  return number;
}

void count(Refusal refusal, DirectionCounts& counts) {
  if (refusal == Refusal::kNone) {
    ++counts.forwarded;
  } else {
    ++counts.refused[static_cast<size_t>(refusal)];
  }
}

}  // namespace

void Relay::on_message(fleet::LinkId id, const ServerFrame& frame) {
  // Headers of NATS are not Choria's; the reference leaves them behind too.
  if (static_cast<Side>(id.value) == Side::kFederation) return take_request(frame.body());
  switch (const uint32_t sid = number_of(frame.sid)) {
    case kMessagesSid: return take_reply(frame.body());
    case kAbsencesSid: return take_absence(frame);
    case kStartupsSid: return take_startup(frame.body());
    default:
      if (sid >= kEventsSid) take_event(frame);
  }
}

Refusal Relay::judge(Direction direction, std::string_view message) {
  const Refusal refusal = scan_transport(message, settings_.limits, transport_);
  if (refusal != Refusal::kNone) return refusal;
  return direction == Direction::kRequest ? admit_request(transport_, admission_)
                                          : admit_reply(transport_, admission_);
}

size_t Relay::rewrite(Direction direction) {
  const SteadyTime begin = steady_now();
  DirectionCounts& counts = directions_[static_cast<size_t>(direction)];
  const std::string& hop = link(source(direction)).hop;
  const size_t room = rewritten_bytes_max(transport_, hop, reply_subject_);
  if (rewritten_.size() < room) rewritten_.resize(room);
  const size_t bytes = direction == Direction::kRequest
                           ? write_request(transport_, hop, reply_subject_, rewritten_.data())
                           : write_reply(transport_, hop, rewritten_.data());
  ++counts.transformed;
  // It stands between the times of publishing.
  const auto took_ns = static_cast<uint64_t>(steady_now().ns - begin.ns);
  counts.transform_ns += took_ns;
  counts.publish_ns -= took_ns;
  return bytes;
}

// ---- Requests ----------------------------------------------------------------------------------

void Relay::take_request(std::string_view message) {
  DirectionCounts& counts = directions_[static_cast<size_t>(Direction::kRequest)];
  ++counts.received;
  const SteadyTime begin = steady_now();
  Refusal refusal = judge(Direction::kRequest, message);
  const SteadyTime judged = steady_now();
  counts.transform_ns += static_cast<uint64_t>(judged.ns - begin.ns);
  Passing passing;
  const bool whole = refusal == Refusal::kNone || refusal == Refusal::kTargetNotAllowed;
  if (refusal == Refusal::kNone) refusal = pass_request(passing);
  counts.publish_ns += static_cast<uint64_t>(steady_now().ns - judged.ns);
  count(refusal, counts);
  counts.published += passing.published;
  counts.duplicate_targets += passing.duplicates;
  counts.elsewhere_targets += passing.elsewhere;
  if (!whole) return;
  passing.refusal = refusal;
  ledger_.request_came(transport_, passing, loop_.now().ms());
  if (refusal != Refusal::kNone) tell_asker(refusal);
}

Refusal Relay::check_rates(size_t targets) {
  const int64_t now_ms = loop_.now().ms();
  const auto wanted = static_cast<double>(targets);
  if (!requests_rate_.has(1, now_ms) || !targets_rate_.has(wanted, now_ms)) {
    return Refusal::kRateLimited;
  }
  requests_rate_.take(1);
  targets_rate_.take(wanted);
  return Refusal::kNone;
}

// But those that are known to be elsewhere.
void Relay::choose_targets(Passing& passing) {
  subjects_.clear();
  for (const std::string_view target : transport_.targets) {
    if (ledger_.is_elsewhere(target, loop_.now().ms())) {
      ++passing.elsewhere;
    } else {
      subjects_.push_back(target);
    }
  }
}

void Relay::leave_out_duplicates(Passing& passing) {
  replays_.begin(transport_.data);
  const int64_t now_ms = loop_.now().ms();
  const auto gone = std::remove_if(
      subjects_.begin(), subjects_.end(),
      [&](std::string_view target) { return !replays_.is_new(target, now_ms); });
  passing.duplicates = static_cast<uint32_t>(subjects_.end() - gone);
  subjects_.erase(gone, subjects_.end());
}

// Puts behind each node's subject the one that the broker answers to when nobody listens.
void Relay::ask_who_listens() {
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
    Absences::write_key(ledger_.key_of(target), out);
    out += Absences::kKeyLetters;
    target = {begin, static_cast<size_t>(out - begin)};
  }
}

Refusal Relay::check_room(Side to, size_t bytes) const {
  const fleet::LinkId id = id_of(to);
  if (bytes > loop_.max_payload(id)) return Refusal::kOversize;
  uint64_t wanted = 0;
  for (const std::string_view subject : subjects_) {
    wanted += subject.size() + bytes + kPublishLineBytes;
    if (ledger_.learns()) wanted += absence_subject_.size() + Absences::kKeyLetters;
  }
  const bool has_room = link(to).pressure.has_room(loop_.pending_bytes(id), wanted);
  return has_room ? Refusal::kNone : Refusal::kQueueFull;
}

Refusal Relay::pass_request(Passing& passing) {
  if (!is_open(Side::kCollective)) return Refusal::kLinkDown;
  choose_targets(passing);
  if (subjects_.empty()) return Refusal::kElsewhere;
  if (const Refusal rate = check_rates(subjects_.size()); rate != Refusal::kNone) return rate;
  if (border_ != nullptr) {
    const Refusal refusal = border_->carry_over(transport_, wall_now_ns());
    if (refusal != Refusal::kNone) return refusal;
  }
  const size_t bytes = rewrite(Direction::kRequest);
  // Looked at before the targets are remembered: what is refused may be tried again.
  const Refusal room = check_room(Side::kCollective, bytes);
  if (room != Refusal::kNone) return room;
  leave_out_duplicates(passing);
  if (subjects_.empty()) return Refusal::kDuplicate;
  if (ledger_.learns()) ask_who_listens();
  passing.published = static_cast<uint32_t>(subjects_.size());
  publish(Side::kCollective, bytes);
  return Refusal::kNone;
}

void Relay::publish(Side to, size_t bytes) {
  loop_.publish_each(id_of(to), subjects_, {rewritten_.data(), bytes});
  SideCounts& side = link(to).counts;
  side.queue_bytes_high = std::max(side.queue_bytes_high, loop_.pending_bytes(id_of(to)));
}

// In the name of this broker; only of what is no fault of the network that asks twice.
void Relay::tell_asker(Refusal refusal) {
  if (!settings_.error_replies || refusal == Refusal::kElsewhere || refusal == Refusal::kDuplicate) {
    return;
  }
  if (!is_open(Side::kFederation) || !may_have_error_reply(transport_)) return;
  if (!error_replies_rate_.has(1, loop_.now().ms())) return;
  const std::string text = "not passed on by the federation broker of " + settings_.cluster + ": " +
                           std::string(refusal_name(refusal));
  const std::string reply =
      error_reply(transport_.version, plain_text(transport_.request_id), settings_.identity, text,
                  wall_now_ns());
  const fleet::LinkId id = id_of(Side::kFederation);
  const uint64_t wanted = transport_.reply_to.size() + reply.size() + kPublishLineBytes;
  if (!link(Side::kFederation).pressure.has_room(loop_.pending_bytes(id), wanted)) return;
  error_replies_rate_.take(1);
  ++error_replies_;
  loop_.publish(id, transport_.reply_to, reply);
}

// ---- Replies -----------------------------------------------------------------------------------

void Relay::take_reply(std::string_view message) {
  DirectionCounts& counts = directions_[static_cast<size_t>(Direction::kReply)];
  ++counts.received;
  const SteadyTime begin = steady_now();
  Refusal refusal = judge(Direction::kReply, message);
  const SteadyTime judged = steady_now();
  counts.transform_ns += static_cast<uint64_t>(judged.ns - begin.ns);
  if (refusal == Refusal::kNone) refusal = pass_reply();
  counts.publish_ns += static_cast<uint64_t>(steady_now().ns - judged.ns);
  count(refusal, counts);
}

Refusal Relay::pass_reply() {
  if (!is_open(Side::kFederation)) return Refusal::kLinkDown;
  const size_t bytes = rewrite(Direction::kReply);
  subjects_.assign(1, transport_.federation_reply_to);
  const Refusal room = check_room(Side::kFederation, bytes);
  if (room != Refusal::kNone) return room;
  ++directions_[static_cast<size_t>(Direction::kReply)].published;
  publish(Side::kFederation, bytes);
  ledger_.reply_passed(transport_, loop_.now().ms());
  return Refusal::kNone;
}

void Relay::look_at_queues() {
  for (Link& one : links_) {
    const Side from = other(one.side);
    const Flow before = one.pressure.flow();
    const Flow now = one.pressure.look(loop_.pending_bytes(id_of(one.side)), loop_.now().ms());
    if (now == before || !is_open(from)) continue;
    if (now == Flow::kPaused) {
      ++one.counts.pauses;
      loop_.pause(id_of(from));
    } else {
      loop_.resume(id_of(from));
    }
    if (now == Flow::kDiscarding) {
      log_.warning("federation " + settings_.cluster + ": the " + side_name(one.side) +
                   " side takes in too slowly: messages for it are discarded until its queue is "
                   "short again");
    }
  }
}

}  // namespace antiphon::federation
