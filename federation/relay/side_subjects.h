// What a federation broker subscribes and publishes to on one side: no more has to be allowed to it.
//
// WHY: Choria's tokens have no permission for federation brokers; what one may do stands in its token
// as lists of subjects, and who writes these must know them.
#pragma once

#include <string>
#include <vector>

#include "federation/relay/relay_settings.h"

namespace antiphon::federation {

inline constexpr const char* kStartupSubject = "choria.lifecycle.event.startup.*";

struct SideSubjects {
  std::vector<std::string> subscribe;
  std::vector<std::string> publish;
};

// The subject of requests (on the federation's side) or of replies.
std::string messages_subject(std::string_view cluster, Side side);
SideSubjects subjects_of(Side side, const RelaySettings& settings);

}  // namespace antiphon::federation
