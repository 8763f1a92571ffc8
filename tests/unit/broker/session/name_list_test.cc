#include "broker/session/name_list.h"

#include <gtest/gtest.h>

namespace antiphon {
namespace {

std::vector<std::string> all(const NameList& names) { return {names.begin(), names.end()}; }

TEST(NameListTest, HoldsEachNameOnce) {
  NameList names;
  EXPECT_TRUE(all(names).empty());
  for (const char* name : {"a", "b", "a", ""}) names.add(name);
  EXPECT_EQ(all(names), (std::vector<std::string>{"a", "b", ""}));
}

TEST(NameListTest, ForgetsThemAndStartsAgain) {
  NameList names;
  names.add("one");
  names.add("two");
  names.clear();
  EXPECT_TRUE(all(names).empty());
  names.add("two");
  EXPECT_EQ(all(names), std::vector<std::string>{"two"});
}

}  // namespace
}  // namespace antiphon
