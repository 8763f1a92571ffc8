#include "broker/net/admission_log.h"

#include <gtest/gtest.h>

namespace antiphon {
namespace {

constexpr int64_t kSecond = 1'000'000'000;

HandshakeCounts counts(uint64_t queued, uint64_t established, uint64_t per_second) {
  HandshakeCounts counts;
  counts.queued = queued;
  counts.established = established;
  counts.per_second = per_second;
  return counts;
}

TEST(AdmissionLog, SaysNothingOfAFew) {
  AdmissionLog log;
  EXPECT_FALSE(log.line(counts(AdmissionLog::kWorthALine - 1, 0, 0), 0, 0));
  EXPECT_FALSE(log.line(counts(0, 99, 99), 60 * kSecond, 0));
}

TEST(AdmissionLog, SaysNowAndThenHowTheCrowdIsDoing) {
  AdmissionLog log;
  EXPECT_FALSE(log.line(counts(5000, 10, 0), 0, 0)) << "the rate is not known yet";
  const auto first = log.line(counts(4000, 1010, 1000), 1 * kSecond, 0);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->substr(0, first->find(", all")),
            "TLS handshakes: 4000 clients wait, 1000 a second are established");
  EXPECT_NE(first->find(", all of them by "), std::string::npos);
  EXPECT_FALSE(log.line(counts(3000, 2010, 1000), 2 * kSecond, 0));
  EXPECT_TRUE(log.line(counts(50, 4960, 1000), 7 * kSecond, 0)) << "until nobody waits";
}

TEST(AdmissionLog, SaysHowItWent) {
  AdmissionLog log;
  log.line(counts(200, 10, 0), 0, 0);
  HandshakeCounts end = counts(0, 200, 100);
  end.left_the_queue = 10;
  EXPECT_EQ(log.line(end, 2 * kSecond, 0),
            "TLS handshakes: nobody waits any more; 190 established in 2.0 s, 10 left before their "
            "turn");
  EXPECT_FALSE(log.line(end, 3 * kSecond, 0));
}

}  // namespace
}  // namespace antiphon
