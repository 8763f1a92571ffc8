#include "broker/server/memory_limit.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace antiphon {
namespace {

constexpr uint64_t kMiB = uint64_t{1} << 20;

class MemoryLimitTest : public testing::Test {
 protected:
  void SetUp() override {
    root_ = std::filesystem::path(testing::TempDir()) /
            ("cgroup-" + std::to_string(::testing::UnitTest::GetInstance()->random_seed()) +
             testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::create_directories(root_ / "system.slice" / "broker.service");
  }
  void TearDown() override { std::filesystem::remove_all(root_); }
  void set(const std::string& group, const std::string& limit) {
    std::ofstream(root_ / group / "memory.max") << limit << "\n";
  }
  uint64_t limit() const { return cgroup_memory_limit_bytes("0::/system.slice/broker.service\n", root_); }

  std::filesystem::path root_;
};

TEST_F(MemoryLimitTest, TheLeastOfTheGroupAndThoseAboveItCounts) {
  EXPECT_EQ(limit(), UINT64_MAX) << "no limit anywhere";
  set("system.slice/broker.service", "max");
  EXPECT_EQ(limit(), UINT64_MAX);
  set("system.slice/broker.service", "1073741824");
  EXPECT_EQ(limit(), 1024 * kMiB);
  set("system.slice", "536870912");
  EXPECT_EQ(limit(), 512 * kMiB);
  set("", "268435456");
  EXPECT_EQ(limit(), 256 * kMiB);
}

TEST_F(MemoryLimitTest, GroupsOfTheOldHierarchyDoNotCount) {
  set("system.slice", "1");
  EXPECT_EQ(cgroup_memory_limit_bytes("4:memory:/system.slice\n", root_), UINT64_MAX);
  EXPECT_EQ(cgroup_memory_limit_bytes("", root_), UINT64_MAX);
}

TEST_F(MemoryLimitTest, ThisProcessHasOne) {
  EXPECT_GT(memory_limit_bytes(), 64 * kMiB);
  EXPECT_LT(memory_limit_bytes(), uint64_t{1} << 50);
}

TEST_F(MemoryLimitTest, AQuarterMayWaitAndMoreOnSmallMachines) {
  EXPECT_EQ(default_pending_total_bytes(64 * 1024 * kMiB), 16 * 1024 * kMiB);
  EXPECT_EQ(default_pending_total_bytes(800 * kMiB), 256 * kMiB);
  EXPECT_EQ(default_pending_total_bytes(256 * kMiB), 128 * kMiB);
}

}  // namespace
}  // namespace antiphon
