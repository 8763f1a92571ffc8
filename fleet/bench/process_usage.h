// CPU time and memory of any process, as the kernel counts them.
//
// WHY the CPU clock and not /proc/PID/stat: the latter counts in ticks of 10 ms.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>

namespace antiphon::fleet::bench {

// User and system time of all threads, ended ones included. Nothing when there is no such process.
std::optional<int64_t> cpu_ns(pid_t pid);
int64_t own_cpu_ns();

// Resident memory now (smaps_rollup where readable, which is exact; else status).
std::optional<uint64_t> rss_bytes(pid_t pid);
// The most it has been since the process began.
std::optional<uint64_t> rss_peak_bytes(pid_t pid);

}  // namespace antiphon::fleet::bench
