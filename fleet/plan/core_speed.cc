#include "fleet/plan/core_speed.h"

#include <algorithm>
#include <ctime>
#include <numeric>
#include <thread>
#include <utility>
#include <vector>

namespace antiphon::fleet::plan {
namespace {

constexpr unsigned kCoresUsedMax = 64;
constexpr double kNsPerSecond = 1e9;

double thread_cpu_s() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / kNsPerSecond;
}

// Of one core; 0 when the work cannot be done.
double times_per_s(Work& work, double seconds) {
  const double begin = thread_cpu_s();
  double taken = 0;
  double times = 0;
  for (; taken < seconds; ++times) {
    if (!work()) return 0;
    taken = thread_cpu_s() - begin;
  }
  return times / taken;
}

}  // namespace

absl::StatusOr<double> mean_of_cores(double seconds, const MakeWork& make) {
  const unsigned cores = std::clamp(std::thread::hardware_concurrency(), 1u, kCoresUsedMax);
  std::vector<Work> works;
  for (unsigned i = 0; i < cores; ++i) {
    absl::StatusOr<Work> work = make();
    if (!work.ok()) return work.status();
    works.push_back(*std::move(work));
  }
  std::vector<double> speeds(cores);
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < cores; ++i) {
    threads.emplace_back([&speed = speeds[i], &work = works[i], seconds] { speed = times_per_s(work, seconds); });
  }
  for (std::thread& thread : threads) thread.join();
  if (std::count(speeds.begin(), speeds.end(), 0) > 0) return absl::InternalError("a core cannot do it");
  return std::accumulate(speeds.begin(), speeds.end(), 0.0) / cores;
}

}  // namespace antiphon::fleet::plan
