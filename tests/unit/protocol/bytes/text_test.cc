#include "protocol/bytes/text.h"

#include <gtest/gtest.h>

namespace antiphon {
namespace {

TEST(Text, CrossesToAbseilAndBackWithoutCopying) {
  const std::string owner = "subject";
  const std::string_view back = to_std(to_absl(owner));
  EXPECT_EQ(back, owner);
  EXPECT_EQ(back.data(), owner.data());
  EXPECT_TRUE(to_std(to_absl({})).empty());
}

TEST(Text, MapsAreSearchedWithAViewOfAnotherText) {
  TextMap<int> map;
  map["alpha"] = 1;
  const std::string longer = "alphabet";
  const auto found = map.find(std::string_view(longer).substr(0, 5));
  ASSERT_NE(found, map.end());
  EXPECT_EQ(found->second, 1);
  EXPECT_EQ(map.find(std::string_view(longer)), map.end());
  TextSet set{"a"};
  EXPECT_TRUE(set.contains(std::string_view("a")));
  EXPECT_FALSE(set.contains(std::string_view("A")));
}

TEST(Text, LowersAsciiLettersOnly) {
  EXPECT_EQ(to_lower('A'), 'a');
  EXPECT_EQ(to_lower('Z'), 'z');
  EXPECT_EQ(to_lower('@'), '@');
  EXPECT_EQ(to_lower('['), '[');
  EXPECT_EQ(to_lower('\xC4'), '\xC4');
}

TEST(Text, ComparesIgnoringCaseOfAsciiOnly) {
  EXPECT_TRUE(equals_ignore_case("Connect", "cONNECT"));
  EXPECT_TRUE(equals_ignore_case("", ""));
  EXPECT_FALSE(equals_ignore_case("a", "ab"));
  EXPECT_FALSE(equals_ignore_case("k", "\xE2\x84\xAA"));  // the Kelvin sign
  EXPECT_FALSE(equals_ignore_case("\xC3\x84", "\xC3\xA4"));
}

TEST(Text, KnowsDigits) {
  for (int byte = 0; byte < 256; ++byte) {
    EXPECT_EQ(is_digit(static_cast<char>(byte)), byte >= '0' && byte <= '9');
  }
}

}  // namespace
}  // namespace antiphon
