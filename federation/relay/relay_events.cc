// What comes from the collective's side beside replies: who is absent, who has started, and the
// events that go up to the federation.
#include "federation/relay/relay.h"

namespace antiphon::federation {
namespace {

constexpr std::string_view kNoResponders = "NATS/1.0 503";
constexpr std::string_view kIdentity = "\"identity\":\"";
constexpr std::string_view kFederated = "federated.";
constexpr size_t kPublishLineBytes = 32;

}  // namespace

// The broker's answer to a message that carried a reply subject and found no subscriber.
void Relay::take_absence(const ServerFrame& frame) {
  if (!frame.headers().starts_with(kNoResponders)) return;
  if (!frame.subject.starts_with(absence_subject_)) return;
  const auto key = Absences::read_key(frame.subject.substr(absence_subject_.size()));
  if (key) ledger_.nobody_listens(*key, loop_.now().ms());
}

// A lifecycle event, as the reference writes it; anything else changes nothing.
void Relay::take_startup(std::string_view event) {
  const size_t at = event.find(kIdentity);
  if (at == std::string_view::npos) return;
  const size_t begin = at + kIdentity.size();
  const size_t end = event.find('"', begin);
  if (end == std::string_view::npos) return;
  const std::string_view name = event.substr(begin, end - begin);
  if (name.find('\\') == std::string_view::npos) ledger_.node_started(name, loop_.now().ms());
}

void Relay::take_event(const ServerFrame& frame) {
  ++events_.received;
  const Refusal refusal = pass_event(frame);
  if (refusal == Refusal::kNone) {
    ++events_.forwarded;
  } else {
    ++events_.refused[static_cast<size_t>(refusal)];
  }
}

Refusal Relay::pass_event(const ServerFrame& frame) {
  // It has been federated once: what comes up does not go up again.
  if (frame.subject.starts_with(kFederated)) return Refusal::kLoop;
  if (!is_open(Side::kFederation)) return Refusal::kLinkDown;
  const fleet::LinkId id = id_of(Side::kFederation);
  const std::string_view body = frame.body();
  if (body.size() > settings_.limits.message_bytes_max || body.size() > loop_.max_payload(id)) {
    return Refusal::kOversize;
  }
  if (!events_rate_.has(1, loop_.now().ms())) return Refusal::kRateLimited;
  event_subject_.assign(kFederated).append(settings_.cluster).append(".").append(frame.subject);
  // Replies go first: events may fill a quarter of the queue.
  const uint64_t wanted = event_subject_.size() + body.size() + kPublishLineBytes;
  const uint64_t pending = loop_.pending_bytes(id);
  if (pending + wanted > settings_.queue_bytes_max / 4 ||
      !link(Side::kFederation).pressure.has_room(pending, wanted)) {
    return Refusal::kQueueFull;
  }
  events_rate_.take(1);
  loop_.publish(id, event_subject_, body);
  return Refusal::kNone;
}

}  // namespace antiphon::federation
