// The accounts of a Choria broker, and the little that crosses between them.
//
// MODEL: everything normal is in `choria`; nodes that wait and their provisioner are in
// `provisioning`, which is there only if it can be entered. What crosses: lifecycle events of
// waiting nodes, so that they are seen; and the one election that provisioners hold among
// themselves. Source: go-choria 0.29.4.
#pragma once

#include <vector>

#include "broker/config/authorization_options.h"

namespace antiphon {

std::vector<AccountOptions> choria_accounts(bool has_provisioning);

}  // namespace antiphon
