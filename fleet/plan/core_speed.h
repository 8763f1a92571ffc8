// How often a core does a piece of work in a second of its time.
#pragma once

#include <absl/functional/any_invocable.h>
#include <absl/status/statusor.h>

#include <functional>

namespace antiphon::fleet::plan {

// Does the work once, and says whether it could.
using Work = absl::AnyInvocable<bool()>;
// Called once for each core.
using MakeWork = std::function<absl::StatusOr<Work>()>;

// The mean of all cores while all of them work. WHY all: a broker that is busy uses them all, and two
// that are threads of one real core make hardly more together than one alone. Counts CPU time, so that
// other work on the machine matters little.
absl::StatusOr<double> mean_of_cores(double seconds, const MakeWork& make);

}  // namespace antiphon::fleet::plan
