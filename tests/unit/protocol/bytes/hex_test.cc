#include "protocol/bytes/hex.h"

#include <gtest/gtest.h>

namespace antiphon {
namespace {

TEST(Hex, IsWrittenInLowerCaseAndReadInEither) {
  EXPECT_EQ(to_hex(std::string_view("\x00\x7f\xab\xff", 4)), "007fabff");
  EXPECT_EQ(from_hex("007FabFf"), std::string("\x00\x7f\xab\xff", 4));
  EXPECT_EQ(from_hex(""), "");
}

TEST(Hex, RefusesHalfBytesAndOtherLetters) {
  for (const std::string_view text : {"0", "abc", "0g", "g0", " 0", "0x", "00\n", "\xff\xff"}) {
    EXPECT_FALSE(from_hex(text)) << text;
  }
}

}  // namespace
}  // namespace antiphon
