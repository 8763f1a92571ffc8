// From the options of Choria's dialect to the policy that logins are decided by.
#pragma once

#include <absl/status/statusor.h>

#include "broker/auth/choria_decision.h"
#include "broker/config/choria_dialect_options.h"
#include "broker/config/config_inputs.h"

namespace antiphon {

// Reads the files of the signers' keys. The error names the option's key or file that is wrong.
absl::StatusOr<ChoriaPolicy> make_choria_policy(const ChoriaOptions& options,
                                                const FileReader& read_file);

}  // namespace antiphon
