#include <gtest/gtest.h>

#include "protocol/choria/fact_match.h"
#include "protocol/choria/fact_path.h"
#include "protocol/choria/limits.h"
#include "tests/unit/protocol/choria/fact_vectors.h"

namespace antiphon::choria {
namespace {

char letter_of(const std::optional<FactValue>& value) {
  if (!value) return ' ';
  switch (value->kind) {
    case FactKind::kText:
      return 's';
    case FactKind::kNumber:
      return 'n';
    case FactKind::kTrue:
      return 't';
    case FactKind::kFalse:
      return 'f';
    case FactKind::kNull:
      return '0';
    case FactKind::kComposite:
      return 'j';
  }
  return '?';
}

bool matches(std::string fact, FactOperator op, std::string value, std::string_view facts) {
  return FactMatcher({std::move(fact), op, std::move(value)}).matches(facts);
}

TEST(ChoriaFactPath, FindsWhatTheReferenceFinds) {
  for (const auto& [path, kind, text] : vectors::kPaths) {
    const auto found = FactPath(path).find(vectors::kFacts);
    EXPECT_EQ(letter_of(found), kind) << path;
    if (found) {
      EXPECT_EQ(found->text, text) << path;
    }
  }
}

TEST(ChoriaFactPath, RefusesWhatItDoesNotCover) {
  for (const std::string_view path :
       {"os.*", "o?", "a|b", "@this", "os.@keys", "!true", "[os,cpus]", "{os}", "..0", "os.[a]"}) {
    EXPECT_FALSE(FactPath(path).valid()) << path;
    EXPECT_EQ(FactPath(path).find(vectors::kFacts), std::nullopt) << path;
  }
  EXPECT_EQ(FactPath("mounts.#.name").find(vectors::kFacts), std::nullopt);
  EXPECT_EQ(FactPath("mounts.#(size==5).name").find(vectors::kFacts), std::nullopt);
  std::string longest = "a";
  for (size_t i = 1; i < kFactPathPartsMax; ++i) longest += ".a";
  EXPECT_TRUE(FactPath(longest).valid());
  EXPECT_FALSE(FactPath(longest + ".a").valid());
}

TEST(ChoriaFactPath, TakesEscapedLettersLiterally) {
  EXPECT_EQ(FactPath("a\\*b").find(R"({"a*b":1})")->text, "1");
  EXPECT_EQ(FactPath("a\\|b").find(R"({"a|b":1})")->text, "1");
  EXPECT_EQ(FactPath("a\\").find(R"({"a":1})")->text, "1");
}

TEST(ChoriaFactPath, FindsNothingInBrokenDocuments) {
  const std::string_view broken[] = {"",
                                     "x",
                                     "[",
                                     "{",
                                     "{\"a\"",
                                     "{\"a\":",
                                     "{\"a\":{\"b\":1",
                                     "{\"a\":{\"b\":\"",
                                     "{\"x\":tru,\"a\":{\"b\":1}}"};
  for (const auto facts : broken) {
    if (facts == "{\"a\":{\"b\":1") continue;  // the value is complete, the rest is not looked at
    EXPECT_EQ(FactPath("a.b").find(facts), std::nullopt) << facts;
  }
  EXPECT_EQ(FactPath("#").find("[1,2"), std::nullopt);
  EXPECT_EQ(FactPath("0.0").find(std::string(1000, '[')), std::nullopt);
}

TEST(ChoriaFactMatcher, AgreesWithTheReferenceOnEveryOperatorAndValue) {
  for (const auto& [fact, op_text, results] : vectors::kFactRows) {
    FactOperator op;
    ASSERT_TRUE(parse_fact_operator(op_text, op));
    ASSERT_EQ(results.size(), std::size(vectors::kFactValues));
    for (size_t i = 0; i < results.size(); ++i) {
      const std::string value(vectors::kFactValues[i]);
      EXPECT_EQ(matches(std::string(fact), op, value, vectors::kFacts), results[i] == 't')
          << fact << " " << op_text << " '" << value << "'";
    }
  }
}

TEST(ChoriaFactMatcher, FoldsLettersBeyondAscii) {
  EXPECT_TRUE(matches("a", FactOperator::kEqual, "\xc3\x84RGER", R"({"a":"ärger"})"));
  EXPECT_TRUE(matches("a", FactOperator::kEqual, "\xe2\x84\xaa", R"({"a":"k"})")) << "Kelvin sign";
  EXPECT_FALSE(matches("a", FactOperator::kEqual, "\xc3\x84.GER", R"({"a":"ärger"})"));
  EXPECT_TRUE(matches("a", FactOperator::kNotEqual, "\xc3\x84rge", R"({"a":"ärger"})"));
}

TEST(ChoriaFactMatcher, SurvivesNumbersOfAnySize) {
  for (const std::string_view facts :
       {R"({"a":1e999})", R"({"a":-1e999})", R"({"a":1e-999})", R"({"a":99999999999999999999999})",
        R"({"a":-9223372036854775808})", R"({"a":9223372036854775807})",
        R"({"a":1.7976931348623157e308})"}) {
    for (const FactOperator op : {FactOperator::kEqual, FactOperator::kMatches, FactOperator::kLess,
                                  FactOperator::kGreater}) {
      for (const std::string value : {"1.5", "5", "1e999.", "99999999999999999999999"}) {
        (void)matches("a", op, value, facts);
      }
    }
  }
  EXPECT_TRUE(
      matches("a", FactOperator::kEqual, "9223372036854775807", R"({"a":9223372036854775807})"));
  EXPECT_FALSE(matches("a", FactOperator::kLess, "99999999999999999999999", R"({"a":1})"))
      << "a wanted value that is no number of 64 bits is an error, so no match";
}

}  // namespace
}  // namespace antiphon::choria
