// Logins to a broker in Choria's dialect: asks decide_choria() and tells the audit.
//
// SHARD: any; immutable. The audit sink takes records from any thread.
#pragma once

#include <memory>

#include "broker/auth/authenticator.h"
#include "broker/auth/choria_audit.h"
#include "broker/auth/choria_decision.h"

namespace antiphon {

struct ChoriaAccountIds {
  AccountId choria, provisioning, system;
};

// audit may be null.
std::shared_ptr<const Authenticator> make_choria_authenticator(ChoriaPolicy policy,
                                                               ChoriaAccountIds accounts,
                                                               std::shared_ptr<AuditSink> audit);

}  // namespace antiphon
