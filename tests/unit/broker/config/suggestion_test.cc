#include "broker/config/suggestion.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

namespace antiphon {
namespace {

constexpr std::string_view kNames[] = {"max_payload", "max_pending", "port", "tls", "ping_max"};

TEST(EditDistance, CountsChangesUpToItsLimit) {
  EXPECT_EQ(edit_distance("port", "port", 3), 0u);
  EXPECT_EQ(edit_distance("port", "ports", 3), 1u);
  EXPECT_EQ(edit_distance("port", "prot", 3), 1u);
  EXPECT_EQ(edit_distance("port", "part", 3), 1u);
  EXPECT_EQ(edit_distance("port", "", 5), 4u);
  EXPECT_EQ(edit_distance("kitten", "sitting", 5), 3u);
  EXPECT_EQ(edit_distance("port", "longer_name", 3), 4u);
  EXPECT_EQ(edit_distance("abcdef", "uvwxyz", 2), 3u);
}

// The whole table, without the shortcuts of the real one.
size_t naive_distance(const std::string& a, const std::string& b) {
  std::vector<std::vector<size_t>> d(a.size() + 1, std::vector<size_t>(b.size() + 1));
  for (size_t i = 0; i <= a.size(); ++i) {
    for (size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        d[i][j] = i + j;
        continue;
      }
      d[i][j] = std::min(
          {d[i - 1][j - 1] + (a[i - 1] != b[j - 1] ? 1 : 0), d[i - 1][j] + 1, d[i][j - 1] + 1});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
      }
    }
  }
  return d[a.size()][b.size()];
}

TEST(EditDistance, EqualsTheWholeTableForRandomWords) {
  std::mt19937 random(1);
  const auto word = [&] {
    std::string text(random() % 9, ' ');
    for (char& c : text) c = "abc"[random() % 3];
    return text;
  };
  for (int round = 0; round < 50000; ++round) {
    const std::string a = word();
    const std::string b = word();
    const size_t limit = random() % 5;
    ASSERT_EQ(edit_distance(a, b, limit), std::min(naive_distance(a, b), limit + 1))
        << a << " " << b << " " << limit;
  }
}

TEST(NearestName, IsFoundOnlyWhenNear) {
  EXPECT_EQ(nearest_name("max_paylod", kNames), "max_payload");
  EXPECT_EQ(nearest_name("prot", kNames), "port");
  EXPECT_EQ(nearest_name("max_pendign", kNames), "max_pending");
  EXPECT_EQ(nearest_name("tsl", kNames), "");
  EXPECT_EQ(nearest_name("something_else", kNames), "");
  EXPECT_EQ(nearest_name("", kNames), "");
  EXPECT_EQ(nearest_name(std::string(100000, 'x'), kNames), "");
}

}  // namespace
}  // namespace antiphon
