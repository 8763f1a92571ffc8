#include "protocol/subject/subject.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace antiphon {
namespace {

struct SubjectRow {
  std::string_view subject;
  bool valid;
  bool literal;
};

constexpr SubjectRow kSubjects[] = {
    {"a", true, true},
    {"a.b.c", true, true},
    {"foo*bar", true, true},
    {"a>", true, true},
    {">a.b", true, true},
    {"**", true, true},
    {"a.>>", true, true},
    {"$SYS.x", true, true},
    {"\xC3\xBC.\x01", true, true},
    {"*", true, false},
    {">", true, false},
    {"a.*", true, false},
    {"*.*.a", true, false},
    {"a.>", true, false},
    {"a.*.>", true, false},
    {"", false, false},
    {".", false, false},
    {".a", false, false},
    {"a.", false, false},
    {"a..b", false, false},
    {">.a", false, false},
    {"a.>.b", false, false},
    {"a b", false, false},
    {"a.\tb", false, false},
    {"a.b\n", false, false},
    {"a\f.b", false, false},
    {"a\r", false, false},
};

TEST(Subject, IsValidByTheRulesOfTokens) {
  for (const SubjectRow& row : kSubjects) {
    EXPECT_EQ(is_valid_subject(row.subject), row.valid) << row.subject;
    EXPECT_EQ(is_valid_literal_subject(row.subject), row.literal) << row.subject;
    if (!row.valid) continue;
    EXPECT_EQ(has_wildcard(row.subject), !row.literal) << row.subject;
  }
}

TEST(Subject, CountsItsTokens) {
  EXPECT_EQ(token_count(""), 1u);
  EXPECT_EQ(token_count("a"), 1u);
  EXPECT_EQ(token_count("a.b.>"), 3u);
  EXPECT_EQ(token_count("a..b"), 3u);
}

struct MatchRow {
  std::string_view pattern;
  std::string_view subject;
  bool matches;
};

constexpr MatchRow kMatches[] = {
    {"a", "a", true},
    {"a", "A", false},
    {"a", "ab", false},
    {"ab", "a", false},
    {"a.b", "a.b", true},
    {"a.b", "a", false},
    {"a", "a.b", false},
    {"*", "a", true},
    {"*", "a.b", false},
    {"a.*", "a.b", true},
    {"a.*", "a", false},
    {"a.*", "a.b.c", false},
    {"*.b", "a.b", true},
    {"*.b", "a.c", false},
    {">", "a", true},
    {">", "a.b.c", true},
    {"a.>", "a", false},
    {"a.>", "a.b", true},
    {"a.>", "a.b.c.d", true},
    {"a.>", "b.b", false},
    {"*.*.>", "a.b", false},
    {"*.*.>", "a.b.c", true},
    {"foo*bar", "foo*bar", true},
    {"foo*bar", "fooxbar", false},
    {"a>", "a>", true},
    {"a>", "ab", false},
    // A published subject is compared as text, so its wildcards are no wildcards.
    {"a.b", "a.*", false},
    {"a.*", "a.*", true},
    {"a.>", "a.>", true},
    {"a.*", "a.>", true},
    {"*", ">", true},
    // An empty token matches nothing, wherever it stands.
    {">", "", false},
    {"*", "", false},
    {"a.>", "a.", false},
    {"a.>", "a..b", false},
    {"a.>", "a.b.", false},
    {"a.*", "a.", false},
    {"*.a", ".a", false},
};

TEST(Subject, MatchesTokenByToken) {
  for (const MatchRow& row : kMatches) {
    EXPECT_EQ(subject_matches(row.pattern, row.subject), row.matches)
        << row.pattern << " and " << row.subject;
  }
}

std::vector<std::string> tokens_of(std::string_view subject) {
  std::vector<std::string> tokens;
  TokenWalk walk(subject);
  for (std::string_view token; walk.next(token);) tokens.emplace_back(token);
  EXPECT_TRUE(walk.at_end());
  return tokens;
}

TEST(TokenWalk, GivesEveryTokenOnceEmptyOnesToo) {
  using Tokens = std::vector<std::string>;
  EXPECT_EQ(tokens_of("a"), (Tokens{"a"}));
  EXPECT_EQ(tokens_of("a.bc.d"), (Tokens{"a", "bc", "d"}));
  EXPECT_EQ(tokens_of(""), (Tokens{""}));
  EXPECT_EQ(tokens_of("a..b."), (Tokens{"a", "", "b", ""}));
}

TEST(TokenWalk, KnowsThatItsLastTokenWasTheLast) {
  TokenWalk walk("a.b");
  std::string_view token;
  ASSERT_TRUE(walk.next(token));
  EXPECT_FALSE(walk.at_end());
  ASSERT_TRUE(walk.next(token));
  EXPECT_TRUE(walk.at_end());
  EXPECT_FALSE(walk.next(token));
}

}  // namespace
}  // namespace antiphon
