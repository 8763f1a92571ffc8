// What a Relay does with a message: from the frame to what is published for it.
#include "broker/runtime/clock.h"
#include "federation/envelope/rewrite.h"
#include "federation/relay/relay.h"

namespace antiphon::federation {
namespace {

constexpr size_t kPublishLineBytes = 32;  // "PUB", the size, line ends

}  // namespace

void Relay::on_message(fleet::LinkId id, const ServerFrame& frame) {
  const Direction direction = direction_from(static_cast<Side>(id.value));
  DirectionCounts& counts = directions_[static_cast<size_t>(direction)];
  ++counts.received;
  // Headers of NATS are not Choria's; the reference leaves them behind too.
  const Refusal refusal = pass_on(direction, frame.body(), counts);
  if (refusal == Refusal::kNone) {
    ++counts.forwarded;
  } else {
    ++counts.refused[static_cast<size_t>(refusal)];
  }
}

Refusal Relay::judge(Direction direction, std::string_view message) {
  const Refusal refusal = scan_transport(message, settings_.limits, transport_);
  if (refusal != Refusal::kNone) return refusal;
  return direction == Direction::kRequest ? admit_request(transport_, admission_)
                                          : admit_reply(transport_, admission_);
}

Refusal Relay::pass_on(Direction direction, std::string_view message, DirectionCounts& counts) {
  const SteadyTime begin = steady_now();
  if (const Refusal refusal = judge(direction, message); refusal != Refusal::kNone) return refusal;
  const Side to = other(source(direction));
  if (!is_open(to)) return Refusal::kLinkDown;
  const std::string& hop = link(source(direction)).hop;
  const size_t room = rewritten_bytes_max(transport_, hop, reply_subject_);
  if (rewritten_.size() < room) rewritten_.resize(room);
  const size_t bytes = direction == Direction::kRequest
                           ? write_request(transport_, hop, reply_subject_, rewritten_.data())
                           : write_reply(transport_, hop, rewritten_.data());
  ++counts.transformed;
  const SteadyTime transformed = steady_now();
  counts.transform_ns += static_cast<uint64_t>(transformed.ns - begin.ns);
  const Refusal refusal = publish(direction, bytes, counts);
  counts.publish_ns += static_cast<uint64_t>(steady_now().ns - transformed.ns);
  return refusal;
}

// A request goes to those of its targets that have not had it.
void Relay::choose_targets(Direction direction, DirectionCounts& counts) {
  subjects_.clear();
  if (direction == Direction::kReply) {
    subjects_.push_back(transport_.federation_reply_to);
    return;
  }
  replays_.begin(transport_.data);
  for (const std::string_view target : transport_.targets) {
    if (replays_.is_new(target, loop_.now().ms())) subjects_.push_back(target);
  }
  counts.duplicate_targets += transport_.targets.size() - subjects_.size();
}

Refusal Relay::publish(Direction direction, size_t bytes, DirectionCounts& counts) {
  const Side to = other(source(direction));
  const fleet::LinkId id = id_of(to);
  if (bytes > loop_.max_payload(id)) return Refusal::kOversize;
  // Looked at before the targets are remembered: what is refused may be tried again.
  uint64_t wanted = 0;
  if (direction == Direction::kRequest) {
    for (const std::string_view target : transport_.targets) {
      wanted += target.size() + bytes + kPublishLineBytes;
    }
  } else {
    wanted = transport_.federation_reply_to.size() + bytes + kPublishLineBytes;
  }
  if (!link(to).pressure.has_room(loop_.pending_bytes(id), wanted)) return Refusal::kQueueFull;
  choose_targets(direction, counts);
  if (subjects_.empty()) return Refusal::kDuplicate;
  counts.published += subjects_.size();
  loop_.publish_each(id, subjects_, {rewritten_.data(), bytes});
  SideCounts& side = link(to).counts;
  side.queue_bytes_high = std::max(side.queue_bytes_high, loop_.pending_bytes(id));
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
