// Expected texts were printed by Go programs (encoding/json and fmt's %q), which peers use.
#include "protocol/bytes/json_text.h"

#include <gtest/gtest.h>

namespace antiphon {
namespace {

std::string json(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

std::string quoted(std::string_view text) {
  std::string out;
  append_go_quoted(out, text);
  return out;
}

TEST(JsonString, LeavesPlainTextAlone) {
  EXPECT_EQ(json(""), R"("")");
  EXPECT_EQ(json("node-7.example.net"), R"("node-7.example.net")");
  EXPECT_EQ(json("Grüße, 世界 🎼"), "\"Grüße, 世界 🎼\"");
}

TEST(JsonString, EscapesQuotesBackslashesAndControlCharacters) {
  EXPECT_EQ(json("a\"b\\c"), R"("a\"b\\c")");
  EXPECT_EQ(json("\n\r\t\b\f"), R"("\n\r\t\b\f")");
  EXPECT_EQ(json(std::string_view("\0\x01\x1F", 3)), R"("\u0000\u0001\u001f")");
  EXPECT_EQ(json("\x7F"), "\"\x7F\"");
}

TEST(JsonString, EscapesWhatHtmlAndJavaScriptWouldMisread) {
  EXPECT_EQ(json("<a>&"), R"("\u003ca\u003e\u0026")");
  EXPECT_EQ(json("\xE2\x80\xA8\xE2\x80\xA9"), R"("\u2028\u2029")");
}

TEST(JsonString, ReplacesBytesThatAreNotUtf8) {
  EXPECT_EQ(json("a\xFFz"), R"("a\ufffdz")");
  EXPECT_EQ(json("\xE4\xB8"), R"("\ufffd\ufffd")");
  EXPECT_EQ(json("\xC0\x80"), R"("\ufffd\ufffd")");
}

TEST(JsonString, AppendsBehindWhatIsThere) {
  std::string out = "{";
  append_json_string(out, "a");
  EXPECT_EQ(out, "{\"a\"");
}

TEST(GoQuoted, PrintsPrintableTextAsItIs) {
  EXPECT_EQ(quoted("foo.*.>"), R"("foo.*.>")");
  EXPECT_EQ(quoted("ü世🎼"), "\"ü世🎼\"");
  EXPECT_EQ(quoted("<&>"), R"("<&>")");
}

TEST(GoQuoted, EscapesSoThatNothingCanBreakALine) {
  EXPECT_EQ(quoted("\a\b\f\n\r\t\v"), R"("\a\b\f\n\r\t\v")");
  EXPECT_EQ(quoted(std::string_view("\0\x01\x1F\x7F", 4)), R"("\x00\x01\x1f\x7f")");
  EXPECT_EQ(quoted("\"\\"), R"("\"\\")");
  EXPECT_EQ(quoted("'"), R"("'")");
  EXPECT_EQ(quoted("\xFF\xC3("), R"("\xff\xc3(")");
}

TEST(GoQuoted, EscapesValidRunesThatShowNothing) {
  EXPECT_EQ(quoted("\xC2\xA0"), R"("\u00a0")");
  EXPECT_EQ(quoted("\xC2\x85"), R"("\u0085")");
  EXPECT_EQ(quoted("\xC2\xAD"), R"("\u00ad")");
  EXPECT_EQ(quoted("\xE2\x80\xA8"), R"("\u2028")");
  EXPECT_EQ(quoted("\xEF\xBB\xBF"), R"("\ufeff")");
  EXPECT_EQ(quoted("\xF3\xA0\x80\x81"), R"("\U000e0001")");
}

}  // namespace
}  // namespace antiphon
