// Opens a border: reads the policy, the authorities that are believed and the keys that sign.
#pragma once

#include <absl/status/statusor.h>

#include <memory>
#include <string>

#include "federation/border/border.h"
#include "federation/border/border_keys.h"

namespace antiphon::federation {

// The policy, the near side's authorities and the far side's credentials must all be good. The error
// names the file.
absl::StatusOr<std::unique_ptr<Border>> open_border(const LoadedBorder& loaded,
                                                    const std::string& cluster, int64_t now_unix_s,
                                                    Border::Keep keep);

}  // namespace antiphon::federation
