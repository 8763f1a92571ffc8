#include "protocol/bytes/base64.h"

#include <gtest/gtest.h>

#include "broker/runtime/random.h"

namespace antiphon {
namespace {

std::string base64url(std::string_view raw) {
  std::string text;
  append_base64url(text, raw);
  return text;
}

TEST(Base64, WritesTheVectorsOfRfc4648) {
  EXPECT_EQ(base64(""), "");
  EXPECT_EQ(base64("f"), "Zg==");
  EXPECT_EQ(base64("fo"), "Zm8=");
  EXPECT_EQ(base64("foo"), "Zm9v");
  EXPECT_EQ(base64("foob"), "Zm9vYg==");
  EXPECT_EQ(base64("fooba"), "Zm9vYmE=");
  EXPECT_EQ(base64("foobar"), "Zm9vYmFy");
}

TEST(Base64, UrlFormHasNoPaddingAndItsOwnTwoLetters) {
  EXPECT_EQ(base64("\xFB\xFF\xFE"), "+//+");
  EXPECT_EQ(base64url("\xFB\xFF\xFE"), "-__-");
  EXPECT_EQ(base64url("f"), "Zg");
  EXPECT_EQ(base64url("fo"), "Zm8");
}

TEST(Base64, AppendsBehindWhatIsThere) {
  std::string text = "a ";
  append_base64(text, "foo");
  append_base64url(text, "fo");
  EXPECT_EQ(text, "a Zm9vZm8");
}

TEST(Base64, WritesExactlyAsManyCharactersAsItSays) {
  for (size_t bytes = 0; bytes < 20; ++bytes) {
    const std::string raw(bytes, 'x');
    std::string room(base64_bytes(bytes) + 1, '#');
    char* end = write_base64(room.data(), raw);
    EXPECT_EQ(end - room.data(), static_cast<ptrdiff_t>(base64_bytes(bytes)));
    EXPECT_EQ(room.back(), '#');
  }
}

TEST(Base64, RoundTripsRandomBytesInBothAlphabets) {
  Random random(7);
  for (int round = 0; round < 2000; ++round) {
    std::string raw(random.below(70), '\0');
    for (char& c : raw) c = static_cast<char>(random.next());
    EXPECT_EQ(decode_base64(base64(raw)), raw);
    EXPECT_EQ(decode_base64url(base64url(raw)), raw);
  }
}

TEST(Base64, SkipsLineEndsAnywhere) {
  EXPECT_EQ(decode_base64("Zm9v\r\nYmFy\n"), "foobar");
  EXPECT_EQ(decode_base64("Zg=\n="), "f");
  EXPECT_EQ(decode_base64url("\nZg"), "f");
}

TEST(Base64, RefusesWhatIsNotBase64) {
  for (const std::string_view text :
       {"Z", "Zg", "Zg=", "Zg===", "Zm9v=", "=", "====", "Zm9v!", "Zm 9v", "Zg==Zg==", "-__-",
        "Z===", "Zg==x"}) {
    EXPECT_FALSE(decode_base64(text).has_value()) << text;
  }
  for (const std::string_view text : {"Z", "Zg==", "+//+", "Zm9vY", "Zg=", "Zm.v"}) {
    EXPECT_FALSE(decode_base64url(text).has_value()) << text;
  }
}

TEST(Base64, RefusesEveryByteOutsideTheAlphabetAtEveryPlace) {
  const std::string good = "Zm9vYmFyZm9vYmFy";
  for (size_t i = 0; i < good.size(); ++i) {
    for (int c = 0; c < 256; ++c) {
      if (c == '\n' || c == '\r') continue;  // skipped: one letter is then missing
      std::string text = good;
      text[i] = static_cast<char>(c);
      const bool letter = c < 128 && (isalnum(c) != 0 || c == '+' || c == '/');
      const bool padding = c == '=' && i + 1 == good.size();
      ASSERT_EQ(decode_base64(text).has_value(), letter || padding) << i << " " << c;
    }
  }
}

TEST(Base64, AcceptsUnusedBitsThatAreNotZero) {
  EXPECT_EQ(decode_base64("Zh=="), "f");
  EXPECT_EQ(decode_base64url("Zm9"), decode_base64url("Zm8"));
}

}  // namespace
}  // namespace antiphon
