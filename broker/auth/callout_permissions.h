// What nobody may do in the account whose service decides who clients are.
//
// WHY: who publishes requests there could have the service say who a client is; who reads them reads
// passwords. nats-server forbids the first; only those who serve may do the second here.
#pragma once

#include "protocol/nats/permission_settings.h"

namespace antiphon {

enum class CalloutRole : uint8_t { kServes, kClient };

PermissionSettings in_callout_account(PermissionSettings settings, CalloutRole role);

}  // namespace antiphon
