#include "fleet/plan/core_speed.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <thread>

namespace antiphon::fleet::plan {
namespace {

TEST(PlanCoreSpeed, CountsWhatEachCoreDoes) {
  std::atomic<uint64_t> done{0};
  std::atomic<unsigned> made{0};
  const auto speed = mean_of_cores(0.01, [&]() -> absl::StatusOr<Work> {
    ++made;
    return [&done] { return ++done > 0; };
  });
  ASSERT_TRUE(speed.ok());
  EXPECT_EQ(made, std::clamp(std::thread::hardware_concurrency(), 1u, 64u));
  EXPECT_LE(*speed * 0.01 * made, static_cast<double>(done));
  EXPECT_GT(*speed, 0);
}

TEST(PlanCoreSpeed, WorkThatFailsGivesNoSpeed) {
  const auto failing = [](int after) -> absl::StatusOr<Work> { return [left = after]() mutable { return left-- > 0; }; };
  EXPECT_FALSE(mean_of_cores(10, [&] { return failing(3); }).ok());
  EXPECT_EQ(mean_of_cores(10, []() -> absl::StatusOr<Work> { return absl::InternalError("no tools"); }).status(),
            absl::InternalError("no tools"));
}

}  // namespace
}  // namespace antiphon::fleet::plan
