#include "broker/runtime/allocator.h"

#include <gtest/gtest.h>

#include <string>

namespace antiphon {
namespace {

TEST(AllocatorFigures, CountWhatIsTaken) {
  const uint64_t before = allocator_figures().allocated_bytes;
  constexpr size_t kBytes = 8 << 20;
  const std::string taken(kBytes, 'x');
  const AllocatorFigures after = allocator_figures();
  EXPECT_GE(after.allocated_bytes, before + kBytes);
  EXPECT_GE(after.mapped_bytes, after.in_use_bytes);
  EXPECT_EQ(taken.back(), 'x');
}

}  // namespace
}  // namespace antiphon
