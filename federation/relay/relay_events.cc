// What comes from the collective's side beside replies: who is absent, who gives a sign of life, and
// the events that go up to the federation.
#include "federation/envelope/lifecycle_event.h"
#include "federation/relay/relay.h"

namespace antiphon::federation {
namespace {

constexpr std::string_view kNoResponders = "NATS/1.0 503";

}  // namespace

// The broker's answer to a message that carried a reply subject and found no subscriber.
void Relay::take_absence(const ServerFrame& frame) {
  if (!frame.headers().starts_with(kNoResponders)) return;
  if (!frame.subject.starts_with(absence_subject_)) return;
  const auto key = Absences::read_key(frame.subject.substr(absence_subject_.size()));
  if (key) ledger_.nobody_listens(*key, loop_.now().ms());
}

// What is no event or no registration changes nothing.
void Relay::take_sign(LifeSign sign, std::string_view message) {
  const std::string_view name =
      sign == LifeSign::kRegistration ? registering_node(message) : identity_of_event(message);
  ledger_.node_gave(sign, name, loop_.now().ms());
}

// Registrations are requests to the agent of that name: the sender is the node. What has come through
// a federation broker is an asker's request and no registration.
std::string_view Relay::registering_node(std::string_view message) {
  const bool whole =
      scan_transport(message, settings_.limits, transport_) == Refusal::kNone;
  return whole && !transport_.federated ? plain_text(transport_.sender) : std::string_view();
}

void Relay::take_event(const ServerFrame& frame) {
  const fleet::LinkId id = id_of(Side::kFederation);
  const EventPassage::Room room{is_open(Side::kFederation), loop_.max_payload(id),
                                loop_.pending_bytes(id), link(Side::kFederation).pressure};
  const Refusal refusal =
      events_.take(frame.subject, frame.body().size(), room, loop_.now().ms());
  if (refusal == Refusal::kNone) loop_.publish(id, events_.subject(), frame.body());
}

}  // namespace antiphon::federation
