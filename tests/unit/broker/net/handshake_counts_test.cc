#include "broker/net/handshake_counts.h"

#include <gtest/gtest.h>

namespace antiphon {
namespace {

TEST(HandshakeCounts, EstimateTheEnd) {
  HandshakeCounts counts;
  EXPECT_EQ(counts.seconds_left(), 0u) << "nobody waits";
  counts.queued = 1001;
  EXPECT_EQ(counts.seconds_left(), std::nullopt) << "the rate is not known";
  counts.per_second = 1000;
  EXPECT_EQ(counts.seconds_left(), 2u);
}

}  // namespace
}  // namespace antiphon
