#include "protocol/bytes/json_scan.h"

#include <gtest/gtest.h>

#include <string>

namespace antiphon {
namespace {

TEST(JsonScan, BothWaysFindTheSameByteAtEveryPlace) {
  for (size_t length = 0; length <= 40; ++length) {
    for (size_t place = 0; place < length; ++place) {
      for (int byte = 0; byte < 256; ++byte) {
        std::string text(length, 'a');
        text[place] = static_cast<char>(byte);
        const char* end = text.data() + length;
        ASSERT_EQ(find_not_plain(text.data(), end), find_not_plain_scalar(text.data(), end))
            << length << " " << place << " " << byte;
      }
    }
  }
}

TEST(JsonScan, PlainIsPrintableAsciiButQuoteAndBackslash) {
  int plain = 0;
  for (int byte = 0; byte < 256; ++byte) plain += is_plain_in_json(static_cast<char>(byte));
  EXPECT_EQ(plain, 0x80 - 0x20 - 2);
  EXPECT_TRUE(is_plain_in_json('\x7f')) << "DEL needs no escape";
}

}  // namespace
}  // namespace antiphon
