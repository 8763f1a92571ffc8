#include "fleet/wire/link_failure.h"

#include <gtest/gtest.h>

#include <string>

namespace antiphon::fleet {
namespace {

TEST(LinkFailure, NamesPhaseAndReason) {
  EXPECT_EQ((LinkFailure{LinkPhase::kTls, "timed out"}.text()), "tls: timed out");
  EXPECT_EQ((LinkFailure{LinkPhase::kOpen, "Stale Connection"}.text()),
            "connected: Stale Connection");
}

TEST(FailureCounts, CountsByText) {
  FailureCounts counts;
  EXPECT_TRUE(counts.empty());
  counts.add("a");
  counts.add("b", 3);
  counts.add("a");
  EXPECT_EQ(counts.total(), 5u);
  EXPECT_EQ(counts.by_text().at("a"), 2u);
  EXPECT_EQ(counts.most_frequent(), "b");
}

TEST(FailureCounts, AddsUp) {
  FailureCounts one;
  one.add("a");
  FailureCounts other;
  other.add("a", 2);
  other.add("b");
  one.add_all(other);
  EXPECT_EQ(one.by_text().at("a"), 3u);
  EXPECT_EQ(one.by_text().at("b"), 1u);
}

TEST(FailureCounts, KeepsSoManyTextsAndNoMore) {
  FailureCounts counts;
  for (int i = 0; i < 1000; ++i) counts.add("Permissions Violation " + std::to_string(i));
  EXPECT_EQ(counts.by_text().size(), FailureCounts::kTextsMax + 1);
  EXPECT_EQ(counts.by_text().at("other"), 1000 - FailureCounts::kTextsMax);
  EXPECT_EQ(counts.total(), 1000u);
}

TEST(FailureCounts, CutsLongTexts) {
  FailureCounts counts;
  counts.add(std::string(10'000, 'x'));
  EXPECT_EQ(counts.by_text().begin()->first.size(), FailureCounts::kTextBytesMax);
}

}  // namespace
}  // namespace antiphon::fleet
