// What the parser says of a malformed text, and where it says the mistake is.
#include <gtest/gtest.h>

#include "broker/config/nats_parser.h"
#include "tests/unit/broker/config/config_world.h"

namespace antiphon {
namespace {

std::vector<std::string> errors_of(std::string_view text) {
  const ConfigWorld world;
  Diagnostics diagnostics;
  const auto parsed = parse_nats_config("c", text, world.inputs(), diagnostics);
  EXPECT_EQ(parsed.complete, !diagnostics.has_errors()) << text;
  return texts_of(diagnostics.errors());
}

struct Malformed {
  std::string_view text;
  std::string_view error;
};

class NatsConfigParserError : public testing::TestWithParam<Malformed> {};

TEST_P(NatsConfigParserError, IsReportedAtItsPlace) {
  EXPECT_EQ(errors_of(GetParam().text), std::vector<std::string>{std::string(GetParam().error)})
      << GetParam().text;
}

INSTANTIATE_TEST_SUITE_P(
    Keys, NatsConfigParserError,
    testing::Values(
        Malformed{"a = 1\nb\n", "c:2:1: this key has no value"},
        Malformed{"a =", "c:1:1: this key has no value"},
        Malformed{"a = ;", "c:1:1: this key has no value"},
        Malformed{"x { a: }", "c:1:5: this key has no value"},
        Malformed{"x {\n a: ,}", "c:2:2: this key has no value"},
        Malformed{"a =\n1", "c:1:4: the value must begin on the line of its key"},
        Malformed{" = 1", "c:1:2: expected a key before the = or :"},
        Malformed{"a=1,,b=2", "c:1:5: expected a key, found ','"},
        Malformed{"a=1;;b=2", "c:1:5: expected a key, found ';'"},
        Malformed{"tls{ a=1 }", "c:1:4: unexpected '{' in a key: put a space or = before it"},
        Malformed{"x {a}", "c:1:5: unexpected '}' in a key: put a space or = before it"},
        Malformed{"[1]", "c:1:1: expected a key, found '['"},
        Malformed{"/x = 1", "c:1:1: expected a key; comments begin with //"},
        Malformed{"\"a = 1\nb = 2", "c:1:1: this key's quote is not closed on its line"}));

INSTANTIATE_TEST_SUITE_P(
    Structure, NatsConfigParserError,
    testing::Values(
        Malformed{"a = 1\nb {\n c = 2\n", "c:2:3: this block is not closed: its } is missing"},
        Malformed{"{\"a\": 1", "c:1:1: this block is not closed: its } is missing"},
        Malformed{"a { b [ 1, 2\n}", "c:2:1: expected a value of the list or its ]"},
        Malformed{"a [1, 2", "c:1:3: this list is not closed: its ] is missing"},
        Malformed{"a [1,,2]", "c:1:6: expected a value of the list or its ]"},
        Malformed{"a [1 2]", "c:1:6: expected a , or ] after the list's value"},
        Malformed{"}\na=1", "c:1:1: this } closes nothing"},
        Malformed{"a = x y",
                  "c:1:7: more text after the value: expected a new line, ; or , (text with spaces "
                  "needs quotes)"},
        Malformed{"m { a = x y }",
                  "c:1:11: more text after the value: expected a new line, ; or , (text with "
                  "spaces needs quotes)"},
        Malformed{"a = x ]",
                  "c:1:7: more text after the value: expected a new line, ; or , (text with spaces "
                  "needs quotes)"},
        Malformed{std::string_view("a = 1\nb = \0", 11),
                  "c:2:5: a NUL byte: this is not a text file"}));

INSTANTIATE_TEST_SUITE_P(
    Text, NatsConfigParserError,
    testing::Values(
        Malformed{"a = \"x\ny", "c:1:5: this double-quoted text is not closed"},
        Malformed{"a = 'x", "c:1:5: this single-quoted text is not closed"},
        Malformed{"a (\n x\n )\n",
                  "c:1:3: this ( text is not closed: its ) must stand alone on a line"},
        Malformed{"a = \"\\u0041\"",
                  R"(c:1:6: unknown escape: only \xXX \t \n \r \" \\ are known here)"},
        Malformed{"a = x\\", R"(c:1:6: unknown escape: only \xXX \t \n \r \" \\ are known here)"},
        Malformed{"a = \"\\x4g\"", R"(c:1:6: \x needs two hexadecimal digits)"},
        Malformed{"a = don't", R"(c:1:8: a quote inside text without quotes: put the whole in "")"},
        Malformed{"a = .5", "c:1:5: a value cannot begin with a point; put text in quotes"}));

INSTANTIATE_TEST_SUITE_P(
    Numbers, NatsConfigParserError,
    testing::Values(
        Malformed{"a 9223372036854775808", "c:1:3: the number does not fit in 64 bits"},
        Malformed{"a 9300pb", "c:1:3: the number does not fit in 64 bits"},
        Malformed{"a 1kbb", "c:1:3: unknown unit after the number: use k, kb, m, mb, g, gb ..."},
        Malformed{"a -", "c:1:3: a number must follow the minus; put text in quotes"},
        Malformed{"a -x", "c:1:3: a number must follow the minus; put text in quotes"},
        Malformed{"a -5x", "c:1:3: text follows the number; put it in quotes"},
        Malformed{"a 1.", "c:1:3: a fraction needs a digit after its point; put text in quotes"},
        Malformed{"a 1.5s",
                  "c:1:6: more text after the value: expected a new line, ; or , (text with spaces "
                  "needs quotes)"},
        Malformed{"a 2016-13-04T18:53:41Z",
                  "c:1:3: not a date like 2016-05-04T18:53:41Z; put text that begins with digits "
                  "and a minus in quotes"},
        Malformed{"a 2023-02-29T00:00:00Z",
                  "c:1:3: not a date like 2016-05-04T18:53:41Z; put text that begins with digits "
                  "and a minus in quotes"},
        Malformed{"a 12-x",
                  "c:1:3: not a date like 2016-05-04T18:53:41Z; put text that begins with digits "
                  "and a minus in quotes"}));

TEST(NatsConfigParserErrors, ReportsUnclosedBlockWithItsOpeningLine) {
  EXPECT_EQ(errors_of("listen: 4222\n\nauthorization {\n  user: a\n  timeout: 1\n"),
            std::vector<std::string>{"c:3:15: this block is not closed: its } is missing"});
}

TEST(NatsConfigParserErrors, KeepsWhatStoodBeforeASyntaxError) {
  const ConfigWorld world;
  Diagnostics diagnostics;
  const auto parsed = parse_nats_config("c", "a = 1\nb = x y\nc = 3", world.inputs(), diagnostics);
  EXPECT_FALSE(parsed.complete);
  ASSERT_EQ(parsed.root.entries.size(), 2u);
  EXPECT_EQ(parsed.root.entries[0].key, "a");
}

TEST(NatsConfigParserErrors, RefusesATreeThatVariablesMakeTooLarge) {
  std::string text = "v0 [1,2,3,4,5,6,7,8,9,10]\n";
  for (int i = 1; i < 20; ++i) {
    const std::string before = "$v" + std::to_string(i - 1);
    text += "v" + std::to_string(i) + " [" + before;
    for (int j = 1; j < 10; ++j) text += "," + before;
    text += "]\n";
  }
  const std::vector<std::string> errors = errors_of(text);
  ASSERT_EQ(errors.size(), 1u);
  EXPECT_EQ(errors[0].substr(errors[0].find("more")), "more than 1000000 values in all");
}

TEST(NatsConfigParserErrors, RefusesATreeThatVariablesMakeTooDeep) {
  std::string text = "v0 [1]\n";
  for (int i = 1; i < 100; ++i) {
    text += "v" + std::to_string(i) + " [[$v" + std::to_string(i - 1) + "]]\n";
  }
  EXPECT_EQ(errors_of(text),
            std::vector<std::string>{"c:33:7: more than 64 blocks and lists inside each other"});
}

TEST(NatsConfigParserErrors, NeverShowsASecretThatAMistakeLaysOpen) {
  const std::string_view texts[] = {
      "password: hunter2 x\n",     "password: hun'ter2\n",  "password: \"hunter2\n",
      "password: $hunter2\n",      "token: [$hunter2]\n",   "password: x,hunter2\n",
      "password: x;hunter2 = 1\n", "token: (\nhunter2\n",   "a { password: hunter2\n",
      "password: -hunter2\n",      "password: 1-hunter2\n", "password: .hunter2\n",
      "password: hunter2\\q\n",    "password: hunter2]\n",  "a: $hunter2-x\n",
  };
  for (std::string_view text : texts) {
    const ConfigWorld world;
    Diagnostics diagnostics;
    (void)parse_nats_config("c", text, world.inputs(), diagnostics);
    for (const auto& list : {diagnostics.errors(), diagnostics.warnings()}) {
      for (const Diagnostic& diagnostic : list) {
        EXPECT_EQ(diagnostic.message.find("hunter2"), std::string::npos) << text;
      }
    }
  }
}

}  // namespace
}  // namespace antiphon
