// What a Relay does with a message: from the frame to what is published for it.
#include <algorithm>
#include <charconv>

#include "federation/envelope/error_reply.h"
#include "federation/envelope/rewrite.h"
#include "federation/relay/relay.h"

namespace antiphon::federation {
namespace {

uint32_t number_of(std::string_view sid) {
  uint32_t number = 0;
  std::from_chars(sid.data(), sid.data() + sid.size(), number);
  return number;
}

}  // namespace

void Relay::on_message(fleet::LinkId id, const ServerFrame& frame) {
  // Headers of NATS are not Choria's; the reference leaves them behind too.
  if (static_cast<Side>(id.value) == Side::kFederation) {
    return number_of(frame.sid) == kCopiesSid ? take_copy(frame.body())
                                              : take_request(frame.body());
  }
  switch (const uint32_t sid = number_of(frame.sid)) {
    case kMessagesSid: return take_reply(frame.body());
    case kAbsencesSid: return take_absence(frame);
    default:
      if (sid >= kEventsSid) return take_event(frame);
      if (sid >= kSignsSid && sid - kSignsSid < signs_.size()) {
        take_sign(signs_[sid - kSignsSid].sign, frame.body());
      }
  }
}

Refusal Relay::judge(Direction direction, std::string_view message) {
  const Refusal refusal = scan_transport(message, settings_.limits, transport_);
  if (refusal != Refusal::kNone) return refusal;
  return direction == Direction::kRequest ? admit_request(transport_, admission_)
                                          : admit_reply(transport_, admission_);
}

size_t Relay::rewrite(Direction direction) {
  const SteadyTime begin = clock().steady();
  DirectionCounts& counts = directions_[static_cast<size_t>(direction)];
  const std::string& hop = link(source(direction)).hop;
  const size_t room = rewritten_bytes_max(transport_, hop, reply_subject_);
  if (rewritten_.size() < room) rewritten_.resize(room);
  const size_t bytes = direction == Direction::kRequest
                           ? write_request(transport_, hop, reply_subject_, rewritten_.data())
                           : write_reply(transport_, hop, rewritten_.data());
  ++counts.transformed;
  // It stands between the times of publishing.
  const auto took_ns = static_cast<uint64_t>(clock().steady().ns - begin.ns);
  counts.transform_ns += took_ns;
  counts.publish_ns -= took_ns;
  return bytes;
}

// ---- Requests ----------------------------------------------------------------------------------

void Relay::take_request(std::string_view message) {
  DirectionCounts& counts = directions_[static_cast<size_t>(Direction::kRequest)];
  ++counts.received;
  note_taken(message);
  const SteadyTime begin = clock().steady();
  Refusal refusal = judge(Direction::kRequest, message);
  if (refusal == Refusal::kNone) note_request();
  const SteadyTime judged = clock().steady();
  counts.ingest_ns += static_cast<uint64_t>(judged.ns - begin.ns);
  Passing passing;
  const bool whole = refusal == Refusal::kNone || refusal == Refusal::kTargetNotAllowed ||
                     (refusal == Refusal::kTooManyTargets && may_be_told());
  if (refusal == Refusal::kNone) refusal = pass_request(passing);
  counts.publish_ns += static_cast<uint64_t>(clock().steady().ns - judged.ns);
  counts.ended(refusal);
  counts.published += passing.published;
  counts.duplicate_targets += passing.duplicates;
  counts.elsewhere_targets += passing.elsewhere;
  if (!whole) return;
  passing.refusal = refusal;
  ledger_.request_came(transport_, passing, begin.ns);
  if (refusal != Refusal::kNone) tell_asker(refusal);
}

// Of a message that was refused before it was looked at what it asks for.
bool Relay::may_be_told() const {
  return transport_.federated && admission_.replies.allows(transport_.reply_to);
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

Refusal Relay::check_room(Side to, size_t bytes, uint64_t wanted) const {
  const fleet::LinkId id = id_of(to);
  if (bytes > loop_.max_payload(id)) return Refusal::kOversize;
  const bool has_room = link(to).pressure.has_room(loop_.pending_bytes(id), wanted);
  return has_room ? Refusal::kNone : Refusal::kQueueFull;
}

Refusal Relay::pass_request(Passing& passing) {
  if (!is_open(Side::kCollective)) return Refusal::kLinkDown;
  const int64_t now_ms = loop_.now().ms();
  passing.elsewhere = targets_.choose(transport_.targets, ledger_, now_ms);
  if (targets_.empty()) return Refusal::kElsewhere;
  if (const Refusal rate = check_rates(targets_.count()); rate != Refusal::kNone) return rate;
  return border_ == nullptr ? publish_request(passing, {}) : pass_over_border(passing);
}

// Signing costs a thousand times what a look into the replay window does; so what has come before is
// not opened again. Both forms are remembered there: that of the far side is the same however a
// request's envelope was changed.
Refusal Relay::pass_over_border(Passing& passing) {
  const std::string_view data_as_it_came = transport_.data;
  if (targets_.are_known(data_as_it_came, replays_, loop_.now().ms())) {
    passing.duplicates = targets_.count();
    return Refusal::kDuplicate;
  }
  Refusal refusal = border_->carry_over(transport_, clock().wall_ns());
  if (refusal == Refusal::kNone) refusal = publish_request(passing, data_as_it_came);
  border_->record(refusal);
  return refusal;
}

Refusal Relay::publish_request(Passing& passing, std::string_view data_as_it_came) {
  const int64_t now_ms = loop_.now().ms();
  const size_t bytes = rewrite(Direction::kRequest);
  // Looked at before the targets are remembered: what is refused may be tried again.
  const Refusal room = check_room(Side::kCollective, bytes, targets_.queue_bytes(bytes));
  if (room != Refusal::kNone) return room;
  if (!data_as_it_came.empty()) targets_.remember(data_as_it_came, replays_, now_ms);
  passing.duplicates = targets_.leave_out_known(transport_.data, replays_, now_ms);
  if (targets_.empty()) return Refusal::kDuplicate;
  if (ledger_.learns()) targets_.ask_who_listens(ledger_);
  passing.published = targets_.count();
  loop_.publish_each(id_of(Side::kCollective), targets_.subjects(), {rewritten_.data(), bytes});
  note_queue(Side::kCollective);
  return Refusal::kNone;
}

void Relay::note_queue(Side to) {
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
                  clock().wall_ns());
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
  release_early_replies();
  const SteadyTime begin = clock().steady();
  Refusal refusal = judge(Direction::kReply, message);
  std::optional<Refusal> asked = refusal;
  if (refusal == Refusal::kNone) asked = look_for_request(message);
  const SteadyTime judged = clock().steady();
  counts.ingest_ns += static_cast<uint64_t>(judged.ns - begin.ns);
  if (!asked) return;  // it waits
  refusal = *asked;
  if (refusal == Refusal::kNone) refusal = pass_reply();
  counts.publish_ns += static_cast<uint64_t>(clock().steady().ns - judged.ns);
  counts.ended(refusal);
}

Refusal Relay::pass_reply() {
  if (!is_open(Side::kFederation)) return Refusal::kLinkDown;
  const size_t bytes = rewrite(Direction::kReply);
  const std::string_view asker = transport_.federation_reply_to;
  const uint64_t wanted = asker.size() + bytes + kPublishLineBytes;
  const Refusal room = check_room(Side::kFederation, bytes, wanted);
  if (room != Refusal::kNone) return room;
  ++directions_[static_cast<size_t>(Direction::kReply)].published;
  loop_.publish_each(id_of(Side::kFederation), std::span(&asker, 1), {rewritten_.data(), bytes});
  note_queue(Side::kFederation);
  ledger_.reply_passed(transport_, clock().steady().ns);
  return Refusal::kNone;
}

void Relay::look_at_queues() {
  for (SideLink& one : links_) {
    const Side from = other(one.side);
    const Flow before = one.pressure.flow();
    const Flow now = one.pressure.look(loop_.pending_bytes(id_of(one.side)), loop_.now().ms());
    if (now == before || !is_open(from)) continue;
    if (now == Flow::kPaused) {
      ++one.counts.pauses;
      loop_.pause(id_of(from));
    } else {
      loop_.resume(id_of(from));
      if (from == Side::kFederation && is_serving()) others_.begin(loop_.now().ms());
    }
    if (now == Flow::kDiscarding) {
      log_.warning("federation " + settings_.cluster + ": the " + side_name(one.side) +
                   " side takes in too slowly: messages for it are discarded until its queue is "
                   "short again");
    }
  }
}

}  // namespace antiphon::federation
