#include "protocol/choria/json_cursor.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "protocol/choria/limits.h"

namespace antiphon::choria {
namespace {

std::string decoded(std::string_view text) {
  JsonCursor json(text);
  std::string out;
  EXPECT_TRUE(json.read_string(out, 1000)) << text;
  EXPECT_TRUE(json.finish()) << text;
  return out;
}

TEST(ChoriaJsonCursor, AgreesWithAnIndependentParserOnWhatIsJson) {
  const std::string_view texts[] = {"",
                                    " ",
                                    "null",
                                    "nul",
                                    "nulll",
                                    "true",
                                    "false",
                                    "tru",
                                    "0",
                                    "-0",
                                    "-",
                                    "01",
                                    "-01",
                                    "1.",
                                    ".1",
                                    "1.0",
                                    "1e",
                                    "1e5",
                                    "1E+5",
                                    "1e-5",
                                    "1e+",
                                    "+1",
                                    "0x1",
                                    "NaN",
                                    "Infinity",
                                    "\"\"",
                                    "\"a",
                                    "\"\\\"",
                                    "\"\\x\"",
                                    "\"\\u12\"",
                                    "\"\\u12g4\"",
                                    "\"\\u1234\"",
                                    "\"\t\"",
                                    "\"\x7f\"",
                                    "'a'",
                                    "[]",
                                    "[",
                                    "]",
                                    "[1]",
                                    "[1,]",
                                    "[,1]",
                                    "[1 2]",
                                    "[1,2]",
                                    "[[]]",
                                    "[[]",
                                    "{}",
                                    "{",
                                    "}",
                                    "{\"a\"}",
                                    "{\"a\":}",
                                    "{\"a\":1}",
                                    "{\"a\":1,}",
                                    "{,}",
                                    "{a:1}",
                                    "{\"a\":1 \"b\":2}",
                                    "{\"a\":1,\"b\":2}",
                                    "{\"a\":{}}",
                                    "{\"a\":[{}]}",
                                    "{]",
                                    "[}",
                                    " [ 1 , 2 ] ",
                                    "\r\n\t{ \"a\" : null }\n",
                                    "1 2",
                                    "[] []",
                                    "/**/1",
                                    "[1]x",
                                    "\"a\" ",
                                    "-1.5e300",
                                    "{\"\":0}",
                                    "{\"a\":1,\"a\":2}",
                                    "{1:2}",
                                    "[true,false,null]",
                                    "[tru]",
                                    "\v1",
                                    "\xef\xbb\xbf{}"};
  for (const auto text : texts) {
    // The other parser skips a byte order mark; Go and we do not.
    const bool marked = text.substr(0, 3) == "\xef\xbb\xbf";
    EXPECT_EQ(is_json(text), nlohmann::json::accept(text) && !marked) << text;
  }
}

TEST(ChoriaJsonCursor, DecodesEscapes) {
  EXPECT_EQ(decoded(R"("plain")"), "plain");
  EXPECT_EQ(decoded(R"("\"\\\/\b\f\n\r\t")"), "\"\\/\b\f\n\r\t");
  EXPECT_EQ(decoded(R"("\u0041\u00e9\u20ac")"), "A\xc3\xa9\xe2\x82\xac");
  EXPECT_EQ(decoded(R"("\ud83d\ude00")"), "\xf0\x9f\x98\x80");
  EXPECT_EQ(decoded(R"("\u0000")"), std::string(1, '\0'));
  EXPECT_EQ(decoded("\"caf\xc3\xa9\""), "caf\xc3\xa9");
}

TEST(ChoriaJsonCursor, ReplacesHalvesOfPairsAndBytesThatAreNotUtf8) {
  const std::string bad = "\xef\xbf\xbd";
  EXPECT_EQ(decoded(R"("\ud83d")"), bad);
  EXPECT_EQ(decoded(R"("\ude00x")"), bad + "x");
  EXPECT_EQ(decoded(R"("\ud83d\ud83d\ude00")"), bad + "\xf0\x9f\x98\x80");
  EXPECT_EQ(decoded(R"("\ud83d\n")"), bad + "\n");
  EXPECT_EQ(decoded("\"\xff\xc3(\""), bad + bad + "(");
  EXPECT_EQ(decoded("\"\xed\xa0\x80\""), bad + bad + bad);
  EXPECT_EQ(decoded("\"\xe2\x82\""), bad + bad);
}

TEST(ChoriaJsonCursor, WalksObjectsAndArrays) {
  JsonCursor json(R"( {"a" : [1, -2], "b\u0063":{"d":"e"}, "f":null} )");
  int64_t number = 0;
  std::string text;
  ASSERT_TRUE(json.begin_object());
  ASSERT_TRUE(json.next_key());
  EXPECT_EQ(json.key(), "a");
  ASSERT_TRUE(json.begin_array());
  ASSERT_TRUE(json.next_element());
  ASSERT_TRUE(json.read_integer(number));
  EXPECT_EQ(number, 1);
  ASSERT_TRUE(json.next_element());
  ASSERT_TRUE(json.read_integer(number));
  EXPECT_EQ(number, -2);
  EXPECT_FALSE(json.next_element());
  ASSERT_TRUE(json.next_key());
  EXPECT_EQ(json.key(), "bc");
  std::string_view raw;
  ASSERT_TRUE(json.read_raw(raw));
  EXPECT_EQ(raw, R"({"d":"e"})");
  ASSERT_TRUE(json.next_key());
  EXPECT_EQ(json.peek(), 'n');
  EXPECT_TRUE(json.take_null());
  EXPECT_FALSE(json.take_null());
  EXPECT_FALSE(json.next_key());
  EXPECT_TRUE(json.ok());
  EXPECT_TRUE(json.finish());
}

TEST(ChoriaJsonCursor, ReadsWholeNumbersOnly) {
  const auto fault = [](std::string_view text) {
    JsonCursor json(text);
    int64_t number = 0;
    (void)(json.read_integer(number) && json.finish());
    return json.problem().fault;
  };
  EXPECT_EQ(fault("9223372036854775807"), Fault::kNone);
  EXPECT_EQ(fault("-9223372036854775808"), Fault::kNone);
  EXPECT_EQ(fault("9223372036854775808"), Fault::kBadValue);
  EXPECT_EQ(fault("1.0"), Fault::kBadValue);
  EXPECT_EQ(fault("1e3"), Fault::kBadValue);
  EXPECT_EQ(fault("\"1\""), Fault::kWrongType);
  EXPECT_EQ(fault("-"), Fault::kNotJson);
  EXPECT_EQ(fault("01"), Fault::kNotJson);
}

TEST(ChoriaJsonCursor, StopsAtItsDepth) {
  const auto nested = [](int depth) {
    return std::string(static_cast<size_t>(depth), '[') +
           std::string(static_cast<size_t>(depth), ']');
  };
  EXPECT_TRUE(is_json(nested(kJsonDepthMax)));
  const std::string text = nested(kJsonDepthMax + 1);
  JsonCursor deep(text);
  EXPECT_FALSE(deep.skip_value());
  EXPECT_EQ(deep.problem().fault, Fault::kTooDeep);
  EXPECT_FALSE(is_json(std::string(1'000'000, '[')));
  EXPECT_FALSE(is_json(std::string(1'000'000, '{')));
}

TEST(ChoriaJsonCursor, BoundsTexts) {
  std::string out;
  JsonCursor plain(R"("abcd")");
  EXPECT_FALSE(plain.read_string(out, 3));
  EXPECT_EQ(plain.problem().fault, Fault::kTooLong);
  JsonCursor escaped(R"("\u0041\u0041")");
  EXPECT_TRUE(escaped.read_string(out, 2));
  JsonCursor empty(R"("")");
  EXPECT_FALSE(empty.read_filled(out, 3));
  EXPECT_EQ(empty.problem().fault, Fault::kBadValue);
}

TEST(ChoriaJsonCursor, HandsOutPlainTextsWithoutCopying) {
  const std::string text = R"(["abc","a\nc"])";
  JsonCursor json(text);
  std::string scratch;
  std::string_view out;
  ASSERT_TRUE(json.begin_array() && json.next_element() && json.read_string(out, scratch));
  EXPECT_EQ(out.data(), text.data() + 2);
  ASSERT_TRUE(json.next_element() && json.read_string(out, scratch));
  EXPECT_EQ(out, "a\nc");
}

TEST(ChoriaJsonCursor, SaysWhereTextStopsBeingJson) {
  JsonCursor json(R"({"a":1,"b":tru})");
  EXPECT_FALSE(json.skip_value());
  EXPECT_EQ(json.problem().fault, Fault::kNotJson);
  EXPECT_EQ(json.problem().offset, 11u);
  EXPECT_EQ(describe(json.problem()), "not JSON (at byte 11)");
  EXPECT_FALSE(json.skip_value()) << "a cursor that failed stays failed";
}

}  // namespace
}  // namespace antiphon::choria
