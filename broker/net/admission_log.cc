#include "broker/net/admission_log.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_format.h>
#include <time.h>

namespace antiphon {
namespace {

std::string time_of_day(int64_t wall_ns) {
  const auto seconds = static_cast<time_t>(wall_ns / 1'000'000'000);
  tm local{};
  ::localtime_r(&seconds, &local);
  return absl::StrFormat("%02d:%02d:%02d", local.tm_hour, local.tm_min, local.tm_sec);
}

}  // namespace

std::optional<std::string> AdmissionLog::line(const HandshakeCounts& counts, int64_t steady_ns,
                                              int64_t wall_ns) {
  if (!crowded_ && counts.queued < kWorthALine) return std::nullopt;
  if (!crowded_) {
    crowded_ = true;
    begin_ns_ = steady_ns;
    next_line_ns_ = steady_ns + 1'000'000'000;  // the rate is known by then
    before_ = counts;
    return std::nullopt;
  }
  if (counts.queued == 0) {
    crowded_ = false;
    return absl::StrFormat("TLS handshakes: nobody waits any more; %d established in %.1f s, %d left before their turn",
                           counts.established - before_.established,
                           static_cast<double>(steady_ns - begin_ns_) / 1e9,
                           counts.left_the_queue - before_.left_the_queue);
  }
  if (steady_ns < next_line_ns_) return std::nullopt;
  next_line_ns_ = steady_ns + kIntervalNs;
  std::string text = absl::StrCat("TLS handshakes: ", counts.queued, " clients wait, ",
                                  counts.per_second, " a second are established");
  if (const auto left = counts.seconds_left()) {
    const int64_t end_ns = wall_ns + static_cast<int64_t>(*left) * 1'000'000'000;
    absl::StrAppend(&text, ", all of them by ", time_of_day(end_ns));
  }
  return text;
}

}  // namespace antiphon
