#include "federation/relay/side_subjects.h"

#include <absl/strings/str_cat.h>

#include <algorithm>

#include "protocol/subject/subject.h"

namespace antiphon::federation {

std::string messages_subject(std::string_view cluster, Side side) {
  return absl::StrCat("choria.federation.", std::string(cluster), ".", side_name(side));
}

std::vector<SignSubject> sign_subjects(const RelaySettings& settings) {
  if (settings.ledger.placement == PlacementMode::kOff) return {};
  std::vector<SignSubject> all = {{"choria.lifecycle.event.startup.*", LifeSign::kStartup}};
  if (settings.hears_lifecycle) {
    // Of nodes only: a provisioner's or a service's end is not that of the node beside it.
    all.push_back({"choria.lifecycle.event.alive.server", LifeSign::kAlive});
    all.push_back({"choria.lifecycle.event.shutdown.server", LifeSign::kShutdown});
  }
  for (const std::string& subject : settings.registrations) {
    all.push_back({subject, LifeSign::kRegistration});
  }
  return all;
}

std::vector<std::string> heard_targets(const RelaySettings& settings) {
  std::vector<std::string> heard = settings.events;
  for (SignSubject& one : sign_subjects(settings)) heard.push_back(std::move(one.subject));
  const std::vector<std::string> targets = settings.targets.patterns();
  std::erase_if(heard, [&](const std::string& pattern) {
    return std::none_of(targets.begin(), targets.end(), [&](const std::string& target) {
      return subjects_overlap(pattern, target);
    });
  });
  return heard;
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
    for (SignSubject& one : sign_subjects(settings)) {
      subjects.subscribe.push_back(std::move(one.subject));
    }
  }
  subjects.subscribe.insert(subjects.subscribe.end(), settings.events.begin(),
                            settings.events.end());
  return subjects;
}

}  // namespace antiphon::federation
