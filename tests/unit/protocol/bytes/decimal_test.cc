#include "protocol/bytes/decimal.h"

#include <gtest/gtest.h>

namespace antiphon {
namespace {

TEST(WireSize, ReadsDigitsUpToTheNineThatTheProtocolAllows) {
  EXPECT_EQ(parse_wire_size("0"), 0);
  EXPECT_EQ(parse_wire_size("7"), 7);
  EXPECT_EQ(parse_wire_size("007"), 7);
  EXPECT_EQ(parse_wire_size("1048576"), 1048576);
  EXPECT_EQ(parse_wire_size("999999999"), 999'999'999);
}

TEST(WireSize, RefusesWhatIsEmptyLongOrNoNumber) {
  for (const std::string_view text : {"", "1000000000", "0000000001", "-1", "+1", " 1", "1 ", "1.0",
                                      "0x1", "a", "1a", "/", ":", "\x7F", "\xB1"}) {
    EXPECT_EQ(parse_wire_size(text), -1) << text;
  }
}

TEST(WireSize, RefusesEveryByteThatIsNoDigit) {
  for (int byte = 0; byte < 256; ++byte) {
    const char text[] = {'1', static_cast<char>(byte)};
    const bool digit = byte >= '0' && byte <= '9';
    EXPECT_EQ(parse_wire_size({text, 2}) >= 0, digit) << byte;
  }
}

TEST(Decimal, WritesEveryLengthOfNumber) {
  std::string text;
  append_decimal(text, 0);
  for (const uint64_t value : {9ull, 10ull, 99ull, 100ull, 4294967296ull}) {
    text += ' ';
    append_decimal(text, value);
  }
  EXPECT_EQ(text, "0 9 10 99 100 4294967296");
}

TEST(Decimal, TheLargestNumberFillsExactlyTheRoomItIsSaidToTake) {
  char room[kDecimalBytesMax];
  char* end = write_decimal(room, UINT64_MAX);
  EXPECT_EQ(std::string_view(room, static_cast<size_t>(end - room)), "18446744073709551615");
  EXPECT_EQ(end, room + kDecimalBytesMax);
}

}  // namespace
}  // namespace antiphon
