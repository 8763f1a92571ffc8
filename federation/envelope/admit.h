// Decides whether a transport may pass, before anything is published for it.
//
// MODEL: all or nothing: one target that is not allowed refuses the whole request, because no client
// makes such a thing and whoever does is up to something.
#pragma once

#include <string>
#include <vector>

#include "federation/envelope/hop_text.h"
#include "federation/envelope/refusal.h"
#include "federation/envelope/subject_rules.h"
#include "federation/envelope/transport_view.h"

namespace antiphon::federation {

struct Admission {
  SubjectRules targets = SubjectRules::targets_default();
  SubjectRules replies = SubjectRules::replies_default();
  OwnHops own_hops;
  // What the collective's side is listened to: a request sent there would come back as an event, or
  // as a node's sign of life.
  std::vector<std::string> heard = {};
};

// A request from the federation to the collective's nodes.
Refusal admit_request(const TransportView& transport, const Admission& admission);
// A node's reply on its way back.
Refusal admit_reply(const TransportView& transport, const Admission& admission);

}  // namespace antiphon::federation
