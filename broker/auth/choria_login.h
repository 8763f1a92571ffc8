// What is kept of a login to a Choria broker, and whether it holds under a new configuration.
//
// WHY so little: a fleet has a hundred thousand connections, and a token is a kilobyte. A login
// rests on parts of the policy: keys, passwords, switches. As long as these are the same, who was
// let in may stay with what was granted; when they change, the client must come again and show its
// credentials.
// LIFETIME: keeps the policy alive under which it was decided.
#pragma once

#include <memory>
#include <string>

#include "broker/auth/choria_decision.h"
#include "broker/auth/login.h"

namespace antiphon {

struct ChoriaLogin final : LoginRecord {
  std::unique_ptr<LoginRecord> copy() const override {
    return std::make_unique<ChoriaLogin>(*this);
  }

  std::shared_ptr<const ChoriaPolicy> policy;
  std::shared_ptr<const Permissions> permissions;  // null: may do everything
  std::string name;
  std::string organization;
  ChoriaRule rule = ChoriaRule::kNoCredentials;
  ChoriaCredentialKind credential = ChoriaCredentialKind::kNone;
  ChoriaAccount account = ChoriaAccount::kChoria;
};

// Whether what the login rests on is the same under `now`.
[[nodiscard]] bool holds_under(const ChoriaLogin& login, const ChoriaPolicy& now);

// The decision on a reload: as it was, without permissions, or refused.
ChoriaDecision again_under(const ChoriaLogin& login, const ChoriaPolicy& now);

}  // namespace antiphon
