#include "protocol/bytes/scan.h"

#include <gtest/gtest.h>

#include <string>

#include "broker/runtime/random.h"

namespace antiphon {
namespace {

TEST(FindBlank, StopsAtEveryByteUpToTheBlankAndAtNoOther) {
  for (int byte = 0; byte < 256; ++byte) {
    for (const size_t place : {0, 1, 15, 16, 17, 31, 40}) {
      std::string text(48, 'x');
      text[place] = static_cast<char>(byte);
      const char* begin = text.data();
      const char* end = begin + text.size();
      const char* expected = byte <= kBlankMax ? begin + place : end;
      EXPECT_EQ(find_blank(begin, end), expected) << byte << " at " << place;
    }
  }
}

TEST(FindBlank, AnswersAsTheScalarWayForEveryStartAndEnd) {
  Random random(11);
  for (int round = 0; round < 300; ++round) {
    std::string text(80, '\0');
    for (char& c : text) {
      c = random.below(12) == 0 ? static_cast<char>(random.below(0x21))
                                : static_cast<char>(0x21 + random.below(0xDF));
    }
    for (size_t from = 0; from < text.size(); from += 3) {
      for (size_t to = from; to <= text.size(); to += 7) {
        const char* begin = text.data() + from;
        const char* end = text.data() + to;
        ASSERT_EQ(find_blank(begin, end), find_blank_scalar(begin, end));
      }
    }
  }
}

TEST(FindBlank, OfNothingIsItsEnd) {
  const char text[] = " ";
  EXPECT_EQ(find_blank(text, text), text);
}

}  // namespace
}  // namespace antiphon
