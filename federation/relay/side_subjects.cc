#include "federation/relay/side_subjects.h"

#include <absl/strings/str_cat.h>

namespace antiphon::federation {

std::string messages_subject(std::string_view cluster, Side side) {
  return absl::StrCat("choria.federation.", std::string(cluster), ".", side_name(side));
}

SideSubjects subjects_of(Side side, const RelaySettings& settings) {
  SideSubjects subjects;
  subjects.subscribe.push_back(messages_subject(settings.cluster, side));
  if (side == Side::kFederation) {
    subjects.publish = settings.replies.patterns();
    for (const std::string& event : settings.events) {
      subjects.publish.push_back(absl::StrCat("federated.", settings.cluster, ".", event));
    }
    return subjects;
  }
  subjects.publish = settings.targets.patterns();
  if (settings.ledger.placement != PlacementMode::kOff) {
    subjects.subscribe.push_back(absl::StrCat("choria.federation.", settings.cluster, ".absent.>"));
    subjects.subscribe.push_back(kStartupSubject);
  }
  subjects.subscribe.insert(subjects.subscribe.end(), settings.events.begin(),
                            settings.events.end());
  return subjects;
}

}  // namespace antiphon::federation
