#include "fleet/client/filter_text.h"

#include <gtest/gtest.h>

#include <string>

namespace antiphon::fleet {
namespace {

// "fact|operator|value", or "error".
std::string parsed(std::string_view text) {
  const auto filter = parse_fact_filter(text);
  if (!filter.ok()) return "error";
  return filter->fact + "|" + std::string(choria::fact_operator_text(filter->op)) + "|" +
         filter->value;
}

TEST(FactFilterText, ReadsEveryOperator) {
  EXPECT_EQ(parsed("os.family=RedHat"), "os.family|==|RedHat");
  EXPECT_EQ(parsed("a==b"), "a|==|b");
  EXPECT_EQ(parsed("a!=b"), "a|!=|b");
  EXPECT_EQ(parsed("a=~b"), "a|=~|b");
  EXPECT_EQ(parsed("a<1"), "a|<|1");
  EXPECT_EQ(parsed("a>1"), "a|>|1");
  EXPECT_EQ(parsed("a<=1"), "a|<=|1");
  EXPECT_EQ(parsed("a>=1"), "a|>=|1");
  EXPECT_EQ(parsed("a=<1"), "a|<=|1");
  EXPECT_EQ(parsed("a=>1"), "a|>=|1");
}

TEST(FactFilterText, TrimsBothSides) {
  EXPECT_EQ(parsed(" a  = b c "), "a|==|b c");
}

TEST(FactFilterText, TakesTheLastOperator) {
  EXPECT_EQ(parsed("a=b=c"), "a=b|==|c");
  EXPECT_EQ(parsed("a<=b!=c"), "a<=b|!=|c");
}

TEST(FactFilterText, TakesAValueBetweenSlashesForAPattern) {
  EXPECT_EQ(parsed("role=/web|app/"), "role|=~|/web|app/");
  EXPECT_EQ(parsed("role!=/web/"), "role|=~|/web/");
}

TEST(FactFilterText, RefusesWhatIsNoFilter) {
  for (const char* text : {"", "a", "=", "a=", "=b", "a==", " = b", "a<=", "<a=b", "a=b>"}) {
    EXPECT_EQ(parsed(text), "error") << text;
  }
}

TEST(CombinedFilterText, SortsWordsIntoFactsAndClasses) {
  choria::Filter filter;
  add_combined_filter("role::web country=mt  /apache/ ", filter);
  EXPECT_EQ(filter.classes, (std::vector<std::string>{"role::web", "/apache/"}));
  ASSERT_EQ(filter.facts.size(), 1u);
  EXPECT_EQ(filter.facts[0].fact, "country");
  add_combined_filter("", filter);
  EXPECT_EQ(filter.classes.size(), 2u);
}

}  // namespace
}  // namespace antiphon::fleet
