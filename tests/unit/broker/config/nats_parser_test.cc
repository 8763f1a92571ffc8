#include "broker/config/nats_parser.h"

#include <gtest/gtest.h>

#include "broker/config/config_digest.h"
#include "tests/unit/broker/config/config_world.h"

namespace antiphon {
namespace {

// The tree as JSON without its newline; the first error in its place when there is one.
std::string json_of(std::string_view text) {
  const ConfigWorld world;
  Diagnostics diagnostics;
  const ParsedNatsConfig parsed = parse_nats_config("c", text, world.inputs(), diagnostics);
  if (diagnostics.has_errors()) return "error " + to_string(diagnostics.errors()[0]);
  std::string json = config_json(parsed.root);
  json.pop_back();
  return json;
}

std::vector<std::string> warnings_of(std::string_view text) {
  const ConfigWorld world;
  Diagnostics diagnostics;
  (void)parse_nats_config("c", text, world.inputs(), diagnostics);
  EXPECT_FALSE(diagnostics.has_errors()) << text;
  return texts_of(diagnostics.warnings());
}

TEST(NatsConfigParser, TakesEqualsColonOrNothingBetweenKeyAndValue) {
  EXPECT_EQ(json_of("a = 1\nb: 2\nc 3\nd=4\ne:5"), R"({"a":1,"b":2,"c":3,"d":4,"e":5})");
  EXPECT_EQ(json_of("a\n=\t1"), R"({"a":1})");
  EXPECT_EQ(json_of("a\n\n 1"), R"({"a":1})");
}

TEST(NatsConfigParser, EndsEntriesAtNewlinesSemicolonsAndCommas) {
  EXPECT_EQ(json_of("a=1;b=2,c=3\r\nd=4\re=5;\n"), R"({"a":1,"b":2,"c":3,"d":4,"e":5})");
  EXPECT_EQ(json_of("m {a=1;b=2,c=3\nd=4}"), R"({"m":{"a":1,"b":2,"c":3,"d":4}})");
  EXPECT_EQ(json_of("m {a=1,}"), R"({"m":{"a":1}})");
}

TEST(NatsConfigParser, AnEmptyTextIsAnEmptyTree) {
  for (std::string_view text :
       {"", " \n\t\r\n", "# only a comment", "// another", "{}", "{ \n }"}) {
    EXPECT_EQ(json_of(text), "{}") << text;
  }
}

TEST(NatsConfigParser, PassesOverCommentsWhereAKeyOrTheEndOfAnEntryMayStand) {
  EXPECT_EQ(json_of("# x\n// y\na=1 # z\nb=2 // z\nm { # z\n c=3 // z\n # z\n } // z\n"),
            R"({"a":1,"b":2,"m":{"c":3}})");
  EXPECT_EQ(json_of("l [ # z\n 1, // z\n 2 # z\n // z\n ]"), R"({"l":[1,2]})");
}

TEST(NatsConfigParser, ACommentMarkInsideAValueBelongsToIt) {
  EXPECT_EQ(json_of("a: nats://host\nb: x#y\nc: #fff"),
            R"({"a":"nats://host","b":"x#y","c":"#fff"})");
}

TEST(NatsConfigParser, NestsBlocksAndLists) {
  EXPECT_EQ(json_of("a { b { c = [1, [2, {d: 3}], {}] } }"),
            R"({"a":{"b":{"c":[1,[2,{"d":3}],{}]}}})");
  EXPECT_EQ(json_of("a\n{\n}\nb = {\n}\n"), R"({"a":{},"b":{}})");
}

TEST(NatsConfigParser, AListMayHaveNewlinesInPlaceOfCommas) {
  EXPECT_EQ(json_of("l [\n 1\n 2,\n\n 'x'\n]"), R"({"l":[1,2,"x"]})");
  EXPECT_EQ(json_of("l [1,]"), R"({"l":[1]})");
  EXPECT_EQ(json_of("l []"), R"({"l":[]})");
  EXPECT_EQ(json_of("l [1]"), R"({"l":[1]})");
  EXPECT_EQ(json_of("l [a]"), R"({"l":["a"]})");
}

TEST(NatsConfigParser, ReadsJson) {
  EXPECT_EQ(
      json_of(R"({"port": 4222, "users": [{"user": "a"}, {"user": "b"}], "on": true, "f": -1.5})"),
      R"({"f":-1.5,"on":true,"port":4222,"users":[{"user":"a"},{"user":"b"}]})");
  EXPECT_EQ(json_of("{\n  \"a\":\n    {\"b\":\n 1}\n}\n"), R"({"a":{"b":1}})");
}

TEST(NatsConfigParser, ReadsBooleansInAnyCaseWhenTheyHaveNoQuotes) {
  EXPECT_EQ(json_of("a true;b Yes;c ON;d false;e NO;f off"),
            R"({"a":true,"b":true,"c":true,"d":false,"e":false,"f":false})");
  EXPECT_EQ(json_of("a 'true'; b \"yes\"; c onn"), R"({"a":"true","b":"yes","c":"onn"})");
}

TEST(NatsConfigParser, ReadsIntegersWithTheirUnits) {
  EXPECT_EQ(json_of("a 4222;b -1;c 8k;d 8kb;e 8KI;f 8KiB;g 1m;h 1mb"),
            R"({"a":4222,"b":-1,"c":8000,"d":8192,"e":8192,"f":8192,"g":1000000,"h":1048576})");
  EXPECT_EQ(json_of("a 1g;b 1gib;c 1t;d 1ti;e 1p;f 1pb;g 1e;h 7eb;i -2k"),
            R"({"a":1000000000,"b":1073741824,"c":1000000000000,"d":1099511627776,)"
            R"("e":1000000000000000,"f":1125899906842624,"g":1000000000000000000,)"
            R"("h":8070450532247928832,"i":-2000})");
  EXPECT_EQ(json_of("a 9223372036854775807;b -9223372036854775808"),
            R"({"a":9223372036854775807,"b":-9223372036854775808})");
}

TEST(NatsConfigParser, RemembersThatAnIntegerHadAUnit) {
  const ConfigWorld world;
  Diagnostics diagnostics;
  const auto parsed = parse_nats_config("c", "a 2m; b 2000000", world.inputs(), diagnostics);
  ASSERT_EQ(parsed.root.entries.size(), 2u);
  EXPECT_TRUE(parsed.root.entries[0].value.has_unit);
  EXPECT_FALSE(parsed.root.entries[1].value.has_unit);
}

TEST(NatsConfigParser, ReadsFractionsAndDates) {
  EXPECT_EQ(json_of("a 1.5;b -0.25;c 10.0"), R"({"a":1.5,"b":-0.25,"c":10})");
  EXPECT_EQ(json_of("a 2016-05-04T18:53:41Z; b 2024-02-29T23:59:59Z"),
            R"({"a":"2016-05-04T18:53:41Z","b":"2024-02-29T23:59:59Z"})");
}

TEST(NatsConfigParser, TextThatBeginsWithDigitsIsText) {
  EXPECT_EQ(json_of("a 30s;b 127.0.0.1:4222;c 1e5;d 6ba7b810-9dad;e 0K1abc;f 5kbps;g 10.0.0.1"),
            R"({"a":"30s","b":"127.0.0.1:4222","c":"1e5","d":"6ba7b810-9dad","e":"0K1abc",)"
            R"("f":"5kbps","g":"10.0.0.1"})");
}

TEST(NatsConfigParser, ReadsEscapesInDoubleQuotesAndBareTextButNotInSingleQuotes) {
  EXPECT_EQ(json_of(R"(a "\t\n\r\"\\\x41" ; b x\ty ; c '\t')"),
            "{\"a\":\"\\t\\n\\r\\\"\\\\A\",\"b\":\"x\\ty\",\"c\":\"\\\\t\"}");
  EXPECT_EQ(json_of(R"(a \x74rue)"), R"({"a":"true"})");
  EXPECT_EQ(json_of(R"(a \x24HOME)"), R"({"a":"$HOME"})");
}

TEST(NatsConfigParser, QuotedTextMayHoldAnythingAndSpanLines) {
  EXPECT_EQ(json_of("a \"x ; , ] } # // y\nz\"\nb 'x\ny'"),
            R"({"a":"x ; , ] } # // y\nz","b":"x\ny"})");
  EXPECT_EQ(json_of("a ''; b \"\""), R"({"a":"","b":""})");
}

TEST(NatsConfigParser, BlockTextEndsAtAParenthesisThatHasALineForItself) {
  EXPECT_EQ(json_of("a (\n x )\n  )\n)\nb 1"), R"({"a":"\n x )\n  )\n","b":1})");
  EXPECT_EQ(json_of("a (x\n)"), R"({"a":"x\n"})");
  EXPECT_EQ(json_of("a (x\r\n)\r\n"), R"({"a":"x\r\n"})");
}

TEST(NatsConfigParser, BcryptHashesNeedNoQuotes) {
  EXPECT_EQ(json_of("a $2a$11$x/y.z; b $2b$10$q; c $2y$10$q"),
            R"({"a":"$2a$11$x/y.z","b":"$2b$10$q","c":"$2y$10$q"})");
}

TEST(NatsConfigParser, KeysMayBeQuotedAndKeepTheirLetters) {
  EXPECT_EQ(json_of("\"a b\" = 1\n'c;d': 2\nPort 3\nfoo.*.> x\nfo-o_1 = 4"),
            R"({"Port":3,"a b":1,"c;d":2,"fo-o_1":4,"foo.*.\u003e":"x"})");
}

TEST(NatsConfigParser, AByteOrderMarkIsPassedOver) {
  EXPECT_EQ(json_of("\xEF\xBB\xBFport: 1"), R"({"port":1})");
}

TEST(NatsConfigParser, TheLastOfEqualKeysCountsWithAWarning) {
  EXPECT_EQ(json_of("a=1\nb=2\na=3"), R"({"a":3,"b":2})");
  EXPECT_EQ(warnings_of("a=1\nb=2\n  a=3"),
            std::vector<std::string>{
                "c:3:3: this key was already set on line 1; the later value counts"});
}

TEST(NatsConfigParser, WarnsOfABraceTooManyAtTheEndOfAValueOrFile) {
  EXPECT_EQ(warnings_of("a=1 }\nb=2"), std::vector<std::string>{"c:1:5: this } closes nothing"});
  EXPECT_EQ(warnings_of("a=1\n}\n# end"), std::vector<std::string>{"c:2:1: this } closes nothing"});
}

TEST(NatsConfigParser, EveryValueAndKeyKnowsItsPlace) {
  const ConfigWorld world;
  Diagnostics diagnostics;
  const auto parsed = parse_nats_config("c", "a = 1\n  b {\n    \"c\": [ x,\n  'y' ]\n}",
                                        world.inputs(), diagnostics);
  const ConfigEntry& b = parsed.root.entries.at(1);
  EXPECT_EQ(to_string(parsed.root.entries[0].value.place), "c:1:5");
  EXPECT_EQ(to_string(b.key_place), "c:2:3");
  EXPECT_EQ(to_string(b.value.place), "c:2:5");
  const ConfigEntry& c = b.value.get<ConfigMap>()->entries.at(0);
  EXPECT_EQ(to_string(c.key_place), "c:3:5");
  EXPECT_EQ(to_string(c.value.get<ConfigArray>()->at(0).place), "c:3:12");
  EXPECT_EQ(to_string(c.value.get<ConfigArray>()->at(1).place), "c:4:3");
}

TEST(NatsConfigParser, NestingAtTheLimitIsFineAndBeyondItAnError) {
  const auto nested = [](size_t depth) {
    return "a " + std::string(depth, '[') + std::string(depth, ']');
  };
  EXPECT_EQ(json_of(nested(kConfigNestingMax)).substr(0, 5), "{\"a\":");
  EXPECT_EQ(json_of(nested(kConfigNestingMax + 1)),
            "error c:1:67: more than 64 blocks and lists inside each other");
  EXPECT_EQ(json_of("a " + std::string(100000, '{')).substr(0, 5), "error");
}

TEST(NatsConfigParser, NoPieceOfAnyInputCrashesIt) {
  const std::string text =
      "{\"a\": [1, 2.5, -3k, 'x', \"y\\x41\"], b { c $2a$x; d (\nz\n)\n } include 'q' # e\n"
      "when 2016-05-04T18:53:41Z; ip 10.0.0.1:4222 }";
  const ConfigWorld world;
  for (size_t begin = 0; begin < text.size(); ++begin) {
    for (size_t length = 0; begin + length <= text.size(); ++length) {
      Diagnostics diagnostics;
      const auto parsed = parse_nats_config("c", std::string_view(text).substr(begin, length),
                                            world.inputs(), diagnostics);
      ASSERT_EQ(parsed.complete, !diagnostics.has_errors());
    }
  }
}

}  // namespace
}  // namespace antiphon
