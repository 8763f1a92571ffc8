#include "broker/monitor/process_usage.h"

#include <gtest/gtest.h>

namespace antiphon {
namespace {

TEST(ProcessUsage, SeesThisProcess) {
  ProcessUsage usage;
  const ProcessFacts facts = usage.now();
  EXPECT_GT(facts.resident_bytes, 1 << 20);
  EXPECT_GT(facts.cpu_seconds, 0);
  EXPECT_GE(facts.cores, 1u);
}

TEST(ProcessUsage, HasNoShareOfTheProcessorBeforeItsFirstSecond) {
  ProcessUsage usage;
  EXPECT_EQ(usage.now().cpu_percent, 0);
}

}  // namespace
}  // namespace antiphon
