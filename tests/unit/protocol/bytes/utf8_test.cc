#include "protocol/bytes/utf8.h"

#include <gtest/gtest.h>

#include <string>

namespace antiphon {
namespace {

std::string encode(uint32_t rune) {
  std::string text;
  if (rune < 0x80) {
    text += static_cast<char>(rune);
  } else if (rune < 0x800) {
    text += static_cast<char>(0xC0 | rune >> 6);
    text += static_cast<char>(0x80 | (rune & 0x3F));
  } else if (rune < 0x10000) {
    text += static_cast<char>(0xE0 | rune >> 12);
    text += static_cast<char>(0x80 | (rune >> 6 & 0x3F));
    text += static_cast<char>(0x80 | (rune & 0x3F));
  } else {
    text += static_cast<char>(0xF0 | rune >> 18);
    text += static_cast<char>(0x80 | (rune >> 12 & 0x3F));
    text += static_cast<char>(0x80 | (rune >> 6 & 0x3F));
    text += static_cast<char>(0x80 | (rune & 0x3F));
  }
  return text;
}

TEST(Utf8, ReadsEveryRuneThereIs) {
  for (uint32_t rune = 0; rune <= 0x10FFFF; ++rune) {
    if (rune >= 0xD800 && rune <= 0xDFFF) continue;
    const std::string text = encode(rune) + "x";
    const Utf8Rune read = decode_rune(text);
    ASSERT_TRUE(read.valid) << rune;
    ASSERT_EQ(read.value, rune);
    ASSERT_EQ(read.bytes, text.size() - 1);
    std::string written;
    append_rune(written, rune);
    ASSERT_EQ(written + "x", text);
  }
}

TEST(Utf8, TakesOneByteOfWhatIsNotUtf8) {
  const std::string_view broken[] = {
      "\x80", "\xBF", "\xC0\x80", "\xC1\xBF", "\xC2", "\xC2(", "\xE0\x80\x80", "\xE0\x9F\xBF",
      "\xE4\xB8", "\xED\xA0\x80", "\xED\xBF\xBF", "\xF0\x80\x80\x80", "\xF0\x8F\xBF\xBF",
      "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF", "\xE4(\x96", "\xF0\x9F\x8E"};
  for (const std::string_view text : broken) {
    const Utf8Rune read = decode_rune(text);
    EXPECT_FALSE(read.valid) << testing::PrintToString(text);
    EXPECT_EQ(read.bytes, 1);
    EXPECT_EQ(read.value, 0xFFFDu);
  }
}

TEST(Utf8, CountsRunes) {
  EXPECT_EQ(count_runes(""), 0u);
  EXPECT_EQ(count_runes("caf\xc3\xa9"), 4u);
  EXPECT_EQ(count_runes("\xff\xfe\xf0\x9f\x98\x80"), 3u);
}

TEST(Utf8, TheReplacementRuneItselfIsValid) {
  const Utf8Rune read = decode_rune("\xEF\xBF\xBD");
  EXPECT_TRUE(read.valid);
  EXPECT_EQ(read.value, 0xFFFDu);
  EXPECT_EQ(read.bytes, 3);
}

}  // namespace
}  // namespace antiphon
