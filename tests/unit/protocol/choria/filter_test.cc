#include "protocol/choria/filter.h"

#include <gtest/gtest.h>

#include "protocol/choria/filter_match.h"
#include "protocol/choria/limits.h"
#include "tests/unit/protocol/choria/filter_vectors.h"

namespace antiphon::choria {
namespace {

constexpr std::string_view kEmptyFilter =
    R"({"fact":[],"cf_class":[],"agent":[],"identity":[],"compound":[]})";

std::string encode(const Filter& filter) {
  std::string out;
  append_filter(filter, out);
  return out;
}

Problem problem_of(std::string_view text) {
  Filter filter;
  return parse_filter(text, filter);
}

bool matches(const Filter& filter, const NodeProperties& node) {
  return FilterMatcher(filter).matches(node);
}

TEST(ChoriaFilter, WritesEverySectionEvenIfEmpty) {
  EXPECT_EQ(encode({}), kEmptyFilter);
  EXPECT_TRUE(Filter{}.empty());
}

TEST(ChoriaFilter, ReadsBackWhatItWrites) {
  Filter filter;
  filter.facts = {{"a.b", FactOperator::kMatches, "/x<y/"}, {"c", FactOperator::kLessOrEqual, "4"}};
  filter.classes = {"apache"};
  filter.agents = {"package", ""};
  filter.identities = {"/^db\\d+/"};
  filter.compound = {{{{"expr", "true"}, {"another", "\"x\""}}, {}}, {}};
  Filter back;
  ASSERT_FALSE(parse_filter(encode(filter), back));
  EXPECT_EQ(back, filter);
  EXPECT_FALSE(back.empty());
  EXPECT_EQ(encode(back), encode(filter));
}

TEST(ChoriaFilter, KnowsEveryOperator) {
  for (const std::string_view text : {"==", "!=", "=~", "<", "<=", ">", ">="}) {
    FactOperator op;
    ASSERT_TRUE(parse_fact_operator(text, op)) << text;
    EXPECT_EQ(fact_operator_text(op), text);
  }
  FactOperator op;
  for (const std::string_view text : {"", "=", "=>", "=<", "===", "~"}) {
    EXPECT_FALSE(parse_fact_operator(text, op)) << text;
  }
}

TEST(ChoriaFilter, BoundsEntriesAndTexts) {
  const auto identities = [](size_t count) {
    Filter filter;
    filter.identities.assign(count, "a");
    return encode(filter);
  };
  EXPECT_FALSE(problem_of(identities(kFilterEntriesMax)));
  EXPECT_EQ(problem_of(identities(kFilterEntriesMax + 1)).fault, Fault::kTooLong);
  Filter filter;
  filter.classes = {std::string(kFilterTextBytesMax + 1, 'a')};
  EXPECT_EQ(problem_of(encode(filter)).fault, Fault::kTooLong);
  filter.classes.clear();
  filter.compound = {std::vector<CompoundTerm>(kCompoundTermsMax + 1)};
  EXPECT_EQ(problem_of(encode(filter)).fault, Fault::kTooLong);
}

TEST(ChoriaFilterMatcher, MatchesIdentitiesAsTheReferenceDoes) {
  for (const auto& [text, results] : vectors::kIdentityRows) {
    Filter filter;
    filter.identities = {std::string(text)};
    for (size_t i = 0; i < results.size(); ++i) {
      const NodeProperties node{.identity = vectors::kIdentities[i]};
      EXPECT_EQ(matches(filter, node), results[i] == 't') << text << " " << node.identity;
    }
  }
}

TEST(ChoriaFilterMatcher, MatchesClassesAsTheReferenceDoes) {
  for (const auto& [text, results] : vectors::kClassRows) {
    Filter filter;
    filter.classes = {std::string(text)};
    for (size_t i = 0; i < results.size(); ++i) {
      const std::vector<std::string> classes = {"other", std::string(vectors::kClasses[i])};
      EXPECT_EQ(matches(filter, {.classes = classes}), results[i] == 't')
          << text << " " << classes[1];
    }
  }
}

TEST(ChoriaFilterMatcher, MatchesAgentsAsTheReferenceDoes) {
  for (const auto& [text, results] : vectors::kAgentRows) {
    Filter filter;
    filter.agents = {std::string(text)};
    for (size_t i = 0; i < results.size(); ++i) {
      const std::vector<std::string> agents = {"other", std::string(vectors::kAgents[i])};
      EXPECT_EQ(matches(filter, {.agents = agents}), results[i] == 't') << text << " " << agents[1];
    }
  }
}

TEST(ChoriaFilterMatcher, CombinesIdentitiesWithOrAndEverythingElseWithAnd) {
  const std::vector<std::string> agents = {"rpcutil", "package"};
  const std::vector<std::string> classes = {"apache", "role::web"};
  const NodeProperties node{"web1", agents, classes, R"({"os":"linux","cpus":4})"};
  EXPECT_TRUE(matches({}, node));
  Filter filter;
  filter.identities = {"other", "web1"};
  EXPECT_TRUE(matches(filter, node));
  filter.agents = {"rpcutil", "package"};
  EXPECT_TRUE(matches(filter, node));
  filter.classes = {"apache", "/^role/"};
  EXPECT_TRUE(matches(filter, node));
  filter.facts = {{"os", FactOperator::kEqual, "LINUX"}, {"cpus", FactOperator::kGreater, "3"}};
  EXPECT_TRUE(matches(filter, node));

  Filter wrong = filter;
  wrong.identities = {"other"};
  EXPECT_FALSE(matches(wrong, node));
  wrong = filter;
  wrong.agents.push_back("absent");
  EXPECT_FALSE(matches(wrong, node));
  wrong = filter;
  wrong.classes.push_back("absent");
  EXPECT_FALSE(matches(wrong, node));
  wrong = filter;
  wrong.facts.push_back({"cpus", FactOperator::kGreater, "4"});
  EXPECT_FALSE(matches(wrong, node));
}

TEST(ChoriaFilterMatcher, MatchesNothingWithCompoundExpressions) {
  Filter filter;
  filter.compound = {{{{"expr", "true"}}}};
  EXPECT_FALSE(matches(filter, {.identity = "web1"}));
}

TEST(ChoriaFilterMatcher, MatchesNothingWithTooManyPatterns) {
  Filter filter;
  filter.identities.assign(kFilterPatternsMax, "/a/");
  EXPECT_TRUE(matches(filter, {.identity = "a"}));
  filter.identities.push_back("/a/");
  EXPECT_FALSE(matches(filter, {.identity = "a"}));
  filter.identities.assign(kFilterPatternsMax, "/a/");
  filter.facts = {{"os", FactOperator::kMatches, "linux"}};
  EXPECT_FALSE(matches(filter, {.identity = "a", .facts_json = R"({"os":"linux"})"}));
}

TEST(ChoriaFilterMatcher, TreatsPatternsThatDoNotCompileAsNoMatch) {
  Filter filter;
  filter.identities = {"/(a/", "/a{100000}/", "/(?=a)/", "/((((a{100}){100}){100}){100})/"};
  EXPECT_FALSE(matches(filter, {.identity = "a"}));
}

}  // namespace
}  // namespace antiphon::choria
