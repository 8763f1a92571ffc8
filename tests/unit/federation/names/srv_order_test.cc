#include "federation/names/srv_order.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

namespace antiphon::federation {
namespace {

std::vector<std::string> targets(std::vector<SrvRecord> records, uint64_t seed) {
  Random random(seed);
  put_in_order(records, random);
  std::vector<std::string> names;
  for (const SrvRecord& record : records) names.push_back(record.target);
  return names;
}

TEST(SrvOrder, TriesTheLowestPriorityFirstWhateverItsWeight) {
  for (uint64_t seed = 1; seed < 50; ++seed) {
    EXPECT_EQ(targets({{"c", 1, 30, 100}, {"a", 1, 10, 0}, {"b", 1, 20, 50}}, seed),
              (std::vector<std::string>{"a", "b", "c"}));
  }
}

TEST(SrvOrder, SpreadsOnePriorityInProportionToTheWeights) {
  std::map<std::string, int> first;
  Random random(7);
  constexpr int kRounds = 4000;
  for (int i = 0; i < kRounds; ++i) {
    std::vector<SrvRecord> records = {{"light", 1, 5, 10}, {"heavy", 1, 5, 30}, {"none", 1, 5, 0}};
    put_in_order(records, random);
    EXPECT_EQ(records.size(), 3u);
    ++first[records[0].target];
  }
  EXPECT_NEAR(first["heavy"], kRounds * 30 / 41, 150);
  EXPECT_NEAR(first["light"], kRounds * 10 / 41, 150);
  EXPECT_GT(first["none"], 0);
}

TEST(SrvOrder, KeepsEveryRecordOnce) {
  std::vector<SrvRecord> records;
  for (uint16_t i = 0; i < 40; ++i) records.push_back({std::to_string(i), i, uint16_t(i % 3), 0});
  std::vector<std::string> names = targets(records, 3);
  std::sort(names.begin(), names.end());
  EXPECT_EQ(std::unique(names.begin(), names.end()) - names.begin(), 40);
  EXPECT_TRUE(targets({}, 1).empty());
}

}  // namespace
}  // namespace antiphon::federation
