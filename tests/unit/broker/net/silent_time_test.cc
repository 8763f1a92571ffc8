#include "broker/net/silent_time.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

namespace antiphon {
namespace {

constexpr int64_t kTimeoutMs = 2000;

TEST(SilentTimeTest, IsLongWhileHalfOfTheConnectionsAreFree) {
  EXPECT_EQ(SilentTime::max_ms(kTimeoutMs, 10, 20), 60'000);
  EXPECT_EQ(SilentTime::max_ms(kTimeoutMs, 11, 20), 10'000);
}

TEST(SilentTimeTest, KnowsTheDescriptorsOfTheProcess) {
  rlimit limit{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &limit), 0);
  const auto half = static_cast<int64_t>(limit.rlim_cur) / 2;
  for (const int64_t connections_max : {int64_t{0}, INT64_MAX}) {
    EXPECT_EQ(SilentTime::max_ms(kTimeoutMs, half, connections_max), 60'000);
    EXPECT_EQ(SilentTime::max_ms(kTimeoutMs, half + 1, connections_max), 10'000);
  }
}

}  // namespace
}  // namespace antiphon
