#include "protocol/bytes/printable.h"

#include <gtest/gtest.h>

namespace antiphon {
namespace {

std::string printable(std::string_view text) {
  std::string out;
  append_printable(out, text);
  return out;
}

TEST(Printable, LeavesOrdinaryTextAlone) {
  for (const std::string_view text :
       {"", "127.0.0.1:5 - cid:7 - \"v1:go\" - <<- [PUB a.b \\ 5]", "ü世🎼", "a\xCC\x81"}) {
    EXPECT_EQ(printable(text), text);
  }
}

TEST(Printable, EscapesControlCharactersEarlyAndLate) {
  EXPECT_EQ(printable("a\r\nb\t\a\b\f\v"), R"(a\r\nb\t\a\b\f\v)");
  EXPECT_EQ(printable(std::string_view("\0\x1B[2J\x7F", 6)), R"(\x00\x1b[2J\x7f)");
  EXPECT_EQ(printable("\xC2\x80\xC2\x9B"), R"(\u0080\u009b)");
  EXPECT_EQ(printable("\xE2\x80\xAE\xE2\x80\xA8"), R"(\u202e\u2028)");
}

TEST(Printable, EscapesBytesThatAreNoUtf8) {
  EXPECT_EQ(printable("a\x9B" "31m\xFF"), R"(a\x9b31m\xff)");
  EXPECT_EQ(printable("\xC0\x80"), R"(\xc0\x80)");
}

std::string json(std::string_view text) {
  std::string out = ":";
  append_printable_json(out, text);
  return out;
}

TEST(PrintableJson, EscapesControlsThatTerminalsObey) {
  EXPECT_EQ(json(""), ":\"\"");
  EXPECT_EQ(json("ü\n\x1B\xFF\xC2\xA0"), ":\"ü\\n\\u001b\\ufffd\xC2\xA0\"");
  EXPECT_EQ(json("\x7F"), R"(:"\u007f")");
  EXPECT_EQ(json("\xC2\x80 \xC2\x9B"), R"(:"\u0080 \u009b")");
}

// Whatever the bytes are, none of what is left is one that a terminal obeys.
TEST(Printable, LeavesNoControlCharacterOfAnyPairOfBytes) {
  for (int first = 0; first < 256; ++first) {
    for (int second = 0; second < 256; ++second) {
      const std::string bytes = {static_cast<char>(first), static_cast<char>(second)};
      const std::string shown = printable(bytes);
      for (std::string_view rest = shown; !rest.empty();) {
        const Utf8Rune rune = decode_rune(rest);
        ASSERT_TRUE(rune.valid && rune.value >= 0x20 && !(rune.value >= 0x7F && rune.value < 0xA0))
            << first << " " << second;
        rest.remove_prefix(rune.bytes);
      }
    }
  }
}

}  // namespace
}  // namespace antiphon
