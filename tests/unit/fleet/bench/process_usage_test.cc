#include "fleet/bench/process_usage.h"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstring>

#include "fleet/bench/usage_window.h"

namespace antiphon::fleet::bench {
namespace {

TEST(BenchProcessUsage, CpuTimeGrowsByTheWorkDone) {
  const UsageWindow window(::getpid());
  const int64_t begin_ns = own_cpu_ns();
  while (own_cpu_ns() - begin_ns < 20'000'000) {
  }
  const WindowUsage usage = window.so_far();
  EXPECT_GE(usage.generator_cpu_ns, 20e6);
  ASSERT_TRUE(usage.server_cpu_ns);
  EXPECT_GE(*usage.server_cpu_ns, 20e6);
}

TEST(BenchProcessUsage, MemoryGrowsByWhatIsTouched) {
  constexpr size_t kBytes = 32 << 20;
  const auto before = rss_bytes(::getpid());
  void* block = ::mmap(nullptr, kBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(block, MAP_FAILED);
  std::memset(block, 1, kBytes);
  const auto after = rss_bytes(::getpid());
  ::munmap(block, kBytes);
  ASSERT_TRUE(before && after);
  EXPECT_GE(*after, *before + kBytes * 9 / 10);
  EXPECT_GE(rss_peak_bytes(::getpid()).value_or(0), kBytes);
}

TEST(BenchProcessUsage, AProcessThatDoesNotExistHasNoFigures) {
  constexpr pid_t kNobody = 0x7FFFFFF0;
  EXPECT_FALSE(cpu_ns(kNobody));
  EXPECT_FALSE(rss_bytes(kNobody));
  EXPECT_FALSE(UsageWindow(0).so_far().server_cpu_ns);
}

}  // namespace
}  // namespace antiphon::fleet::bench
