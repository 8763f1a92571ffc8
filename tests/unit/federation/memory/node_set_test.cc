#include "federation/memory/node_set.h"

#include <gtest/gtest.h>

namespace antiphon::federation {
namespace {

TEST(NodeSet, HoldsNumbers) {
  NodeSet set;
  EXPECT_FALSE(set.has(1000));
  for (const uint32_t node : {0u, 63u, 64u, 1000u, 64u}) set.add(node);
  EXPECT_TRUE(set.has(0) && set.has(63) && set.has(64) && set.has(1000));
  EXPECT_FALSE(set.has(1) || set.has(65) || set.has(999));
  EXPECT_EQ(set.count(), 4u);
  set.clear();
  EXPECT_EQ(set.count(), 0u);
  EXPECT_FALSE(set.has(64));
}

}  // namespace
}  // namespace antiphon::federation
