#include "broker/net/silent_time.h"

#include <sys/resource.h>

#include <algorithm>

namespace antiphon {
namespace {

int64_t descriptors_max() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  return static_cast<int64_t>(std::min<rlim_t>(limit.rlim_cur, INT64_MAX));
}

}  // namespace

int64_t SilentTime::max_ms(int64_t timeout_ms, int64_t connections, int64_t connections_max) {
  int64_t most = descriptors_max();
  if (connections_max > 0) most = std::min(most, connections_max);
  return timeout_ms * (connections <= most / 2 ? kTimesMax : kTimesWhenHalfTaken);
}

}  // namespace antiphon
