#include "fleet/bench/process_usage.h"

#include <absl/strings/numbers.h>
#include <absl/strings/str_cat.h>

#include <ctime>
#include <fstream>
#include <string>
#include <string_view>

namespace antiphon::fleet::bench {
namespace {

constexpr int64_t kNsPerSecond = 1'000'000'000;
constexpr uint64_t kBytesPerKilobyte = 1024;

std::optional<int64_t> read_clock(clockid_t clock) {
  timespec time{};
  if (::clock_gettime(clock, &time) != 0) return std::nullopt;
  return time.tv_sec * kNsPerSecond + time.tv_nsec;
}

// The value of "NAME:   1234 kB".
std::optional<uint64_t> kilobytes_line(const std::string& path, std::string_view name) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    if (line.compare(0, name.size(), name) != 0) continue;
    uint64_t kilobytes = 0;
    const size_t begin = line.find_first_of("0123456789", name.size());
    if (begin == std::string::npos) return std::nullopt;
    const size_t end = line.find(' ', begin);
    if (!absl::SimpleAtoi(line.substr(begin, end - begin), &kilobytes)) return std::nullopt;
    return kilobytes * kBytesPerKilobyte;
  }
  return std::nullopt;
}

}  // namespace

std::optional<int64_t> cpu_ns(pid_t pid) {
  clockid_t clock;
  if (::clock_getcpuclockid(pid, &clock) != 0) return std::nullopt;
  return read_clock(clock);
}

int64_t own_cpu_ns() {
  return read_clock(CLOCK_PROCESS_CPUTIME_ID).value_or(0);
}

std::optional<uint64_t> rss_bytes(pid_t pid) {
  if (const auto exact = kilobytes_line(absl::StrCat("/proc/", pid, "/smaps_rollup"), "Rss:")) {
    return exact;
  }
  return kilobytes_line(absl::StrCat("/proc/", pid, "/status"), "VmRSS:");
}

std::optional<uint64_t> rss_peak_bytes(pid_t pid) {
  return kilobytes_line(absl::StrCat("/proc/", pid, "/status"), "VmHWM:");
}

}  // namespace antiphon::fleet::bench
