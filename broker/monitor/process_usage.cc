#include "broker/monitor/process_usage.h"

#include <unistd.h>

#include <cmath>
#include <ctime>
#include <fstream>
#include <thread>

#include "broker/runtime/clock.h"

namespace antiphon {
namespace {

constexpr int64_t kWindowMinNs = 1'000'000'000;

int64_t cpu_ns() {
  timespec time{};
  if (::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time) != 0) return 0;
  return int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

// The second number of /proc/self/statm is the resident pages (proc(5)).
int64_t resident_bytes() {
  std::ifstream file("/proc/self/statm");
  int64_t total_pages = 0;
  int64_t resident_pages = 0;
  file >> total_pages >> resident_pages;
  return resident_pages * ::sysconf(_SC_PAGESIZE);
}

}  // namespace

ProcessUsage::ProcessUsage() : sampled_at_ns_(steady_now().ns), sampled_cpu_ns_(cpu_ns()) {}

ProcessFacts ProcessUsage::now() {
  ProcessFacts facts;
  facts.resident_bytes = resident_bytes();
  facts.cores = std::thread::hardware_concurrency();
  const std::lock_guard lock(mutex_);
  const int64_t now_ns = steady_now().ns;
  const int64_t used_ns = cpu_ns();
  const int64_t window_ns = now_ns - sampled_at_ns_;
  if (window_ns >= kWindowMinNs) {
    const double share =
        static_cast<double>(used_ns - sampled_cpu_ns_) / static_cast<double>(window_ns);
    cpu_percent_ = std::round(share * 1000) / 10;
    sampled_at_ns_ = now_ns;
    sampled_cpu_ns_ = used_ns;
  }
  facts.cpu_percent = cpu_percent_;
  facts.cpu_seconds = static_cast<double>(used_ns) / 1e9;
  return facts;
}

}  // namespace antiphon
