#include "fleet/emulator/descriptor_limit.h"

#include <absl/strings/str_format.h>
#include <sys/resource.h>

namespace antiphon::fleet {

uint64_t raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return UINT64_MAX;
  const rlimit raised{limit.rlim_max, limit.rlim_max};
  if (::setrlimit(RLIMIT_NOFILE, &raised) == 0) limit = raised;
  return limit.rlim_cur;
}

std::string descriptor_shortage(uint64_t connections) {
  const uint64_t limit = raise_descriptor_limit();
  const uint64_t fit = nodes_that_fit(limit);
  if (connections <= fit) return "";
  return absl::StrFormat(
      "%d connections need %d descriptors (%d of them for the program itself), but the limit of this "
      "process is %d\n  raise the hard limit (ulimit -Hn, LimitNOFILE=), or make do with %d; further "
      "ones may come from another process",
      connections, connections + kDescriptorsReserved, kDescriptorsReserved, limit, fit);
}

}  // namespace antiphon::fleet
