#include "protocol/choria/json_text.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>

#include "protocol/bytes/json_text.h"
#include "protocol/bytes/utf8.h"
#include "protocol/choria/json_cursor.h"
#include "tests/unit/protocol/choria/message_vectors.h"

namespace antiphon::choria {
namespace {

TEST(ChoriaJsonText, WritesStringsAsTheReferenceDoes) {
  for (const auto& [text, encoded] : vectors::kStrings) {
    std::string out;
    append_json_string(out, text);
    EXPECT_EQ(out, encoded);
  }
}

TEST(ChoriaJsonText, WritesStringsThatReadBackTheSame) {
  std::string text;
  for (uint32_t code = 0; code < 0x11000; code += 7) {
    if (code < 0xd800 || code > 0xdfff) append_rune(text, code);
  }
  std::string encoded;
  append_json_string(encoded, text);
  JsonCursor json(encoded);
  std::string back;
  ASSERT_TRUE(json.read_string(back, encoded.size()));
  EXPECT_EQ(back, text);
}

TEST(ChoriaJsonText, WritesIntegersAtTheEdges) {
  std::string out;
  append_integer(0, out);
  append_integer(std::numeric_limits<int64_t>::min(), out);
  append_integer(std::numeric_limits<int64_t>::max(), out);
  EXPECT_EQ(out, "0-92233720368547758089223372036854775807");
}

TEST(ChoriaJsonText, CompactsOutsideStringsAndEscapesInside) {
  std::string out;
  ASSERT_TRUE(
      append_json_compact(" { \"a b\" : [ 1.50 , \"<\\\"> \\u003c\" ] ,\n\"c\":null } ", out));
  EXPECT_EQ(out, R"({"a b":[1.50,"\u003c\"\u003e \u003c"],"c":null})");
  out.clear();
  ASSERT_TRUE(append_json_compact("\"\xe2\x80\xa8\xe2\x80\xa9\xc3\xa9\xff\"", out));
  EXPECT_EQ(out, "\"\\u2028\\u2029\xc3\xa9\xff\"");
}

TEST(ChoriaJsonText, CompactsNothingThatIsNotJson) {
  std::string out = "x";
  EXPECT_FALSE(append_json_compact("{} {}", out));
  EXPECT_FALSE(append_json_compact("", out));
  EXPECT_EQ(out, "x");
}

}  // namespace
}  // namespace antiphon::choria
