#include "federation/relay/recent_rates.h"

#include <gtest/gtest.h>

namespace antiphon::federation {
namespace {

constexpr int64_t kBegin = 50'000;
constexpr int64_t kStep = RecentRates::kStepMs;

TEST(RecentRates, AreThoseSinceTheBeginningAtFirst) {
  const RecentRates rates(kBegin);
  const PassedRates made = rates.per_second({.requests = 6, .targets = 600, .replies = 300, .events = 3}, kBegin + 3000);
  EXPECT_DOUBLE_EQ(made.requests, 2);
  EXPECT_DOUBLE_EQ(made.targets, 200);
  EXPECT_DOUBLE_EQ(made.replies, 100);
  EXPECT_DOUBLE_EQ(made.events, 1);
}

TEST(RecentRates, OfAMomentAreNoLargerThanWhatCame) {
  const RecentRates rates(kBegin);
  EXPECT_DOUBLE_EQ(rates.per_second({.requests = 7}, kBegin).requests, 7);
}

TEST(RecentRates, ForgetWhatIsLongAgo) {
  RecentRates rates(kBegin);
  const PassedOn all{.requests = 1000};
  rates.look(all, kBegin + kStep);
  EXPECT_DOUBLE_EQ(rates.per_second(all, kBegin + kStep).requests, 200) << "it was in the last step";
  rates.look(all, kBegin + 2 * kStep - 1);  // too early to forget
  EXPECT_GT(rates.per_second(all, kBegin + 2 * kStep - 1).requests, 100);
  rates.look(all, kBegin + 2 * kStep);
  EXPECT_DOUBLE_EQ(rates.per_second(all, kBegin + 2 * kStep).requests, 0);
  EXPECT_DOUBLE_EQ(rates.per_second({.requests = 1010}, kBegin + 2 * kStep).requests, 2);
}

}  // namespace
}  // namespace antiphon::federation
