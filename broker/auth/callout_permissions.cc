#include "broker/auth/callout_permissions.h"

#include <algorithm>

#include "protocol/nats/authorization_request.h"

namespace antiphon {
namespace {

void deny(std::vector<SubjectRule>& rules) {
  const SubjectRule rule{std::string(kCalloutSubject), {}};
  if (std::find(rules.begin(), rules.end(), rule) == rules.end()) rules.push_back(rule);
}

}  // namespace

PermissionSettings in_callout_account(PermissionSettings settings, CalloutRole role) {
  deny(settings.publish_deny);
  if (role == CalloutRole::kClient) deny(settings.subscribe_deny);
  return settings;
}

}  // namespace antiphon
