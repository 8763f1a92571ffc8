#include "protocol/bytes/base64_scan.h"

#include <gtest/gtest.h>

#include <string>

namespace antiphon {
namespace {

TEST(Base64Scan, BothWaysFindTheSameByteAtEveryPlace) {
  for (size_t length = 0; length <= 70; ++length) {
    for (size_t place = 0; place < length; ++place) {
      for (int byte = 0; byte < 256; ++byte) {
        std::string text(length, 'a');
        text[place] = static_cast<char>(byte);
        const char* end = text.data() + length;
        ASSERT_EQ(find_not_base64(text.data(), end), find_not_base64_scalar(text.data(), end))
            << length << " " << place << " " << byte;
      }
    }
  }
}

TEST(Base64Scan, KnowsTheSixtyFourLetters) {
  const std::string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const char* end = alphabet.data() + alphabet.size();
  EXPECT_EQ(find_not_base64(alphabet.data(), end), end);
  int letters = 0;
  for (const bool is_letter : kBase64Letters) letters += is_letter;
  EXPECT_EQ(letters, 64);
}

}  // namespace
}  // namespace antiphon
