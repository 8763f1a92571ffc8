// What is wrong with an auth_callout block, beyond single values.
#pragma once

#include <vector>

#include "broker/config/option_checks.h"

namespace antiphon {

void check_callout(const AuthorizationOptions& auth, std::vector<OptionProblem>& problems);
// What is allowed and most likely not meant.
void warn_of_callout(const AuthorizationOptions& auth, std::vector<OptionProblem>& problems);

}  // namespace antiphon
