// What a federation broker subscribes and publishes to on one side: no more has to be allowed to it.
//
// WHY: Choria's tokens have no permission for federation brokers; what one may do stands in its token
// as lists of subjects, and who writes these must know them.
#pragma once

#include <string>
#include <vector>

#include "federation/memory/life_sign.h"
#include "federation/relay/relay_settings.h"

namespace antiphon::federation {

struct SideSubjects {
  std::vector<std::string> subscribe;
  std::vector<std::string> publish;
};

// Where nodes give a sign of life by themselves.
struct SignSubject {
  std::string subject;
  LifeSign sign;
};
// What the collective's side is listened to for placement: nothing while it is off.
std::vector<SignSubject> sign_subjects(const RelaySettings& settings);

// Those of the collective's patterns for signs and events that some allowed target matches.
std::vector<std::string> heard_targets(const RelaySettings& settings);

// The subject of requests (on the federation's side) or of replies.
std::string messages_subject(std::string_view cluster, Side side);
SideSubjects subjects_of(Side side, const RelaySettings& settings);

}  // namespace antiphon::federation
