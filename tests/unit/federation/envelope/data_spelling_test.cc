#include "federation/envelope/data_spelling.h"

#include <gtest/gtest.h>

#include "protocol/bytes/base64.h"

namespace antiphon::federation {
namespace {

std::string spelled(std::string_view data) {
  std::string scratch;
  return std::string(one_spelling(data, scratch));
}

TEST(DataSpelling, WhatEncodersWriteIsNotCopied) {
  std::string scratch;
  for (const std::string_view data : {"", "Zm9v", "Zm8=", "Zg==", "Zm9vYmFy+/+/"}) {
    const std::string_view got = one_spelling(data, scratch);
    EXPECT_EQ(got.data(), data.data());
    EXPECT_EQ(got, data);
  }
  EXPECT_TRUE(scratch.empty());
}

TEST(DataSpelling, LineEndsAndStrayBitsAreLeftOut) {
  EXPECT_EQ(spelled(R"(Zm9v\nYg==)"), "Zm9vYg==");
  EXPECT_EQ(spelled(R"(\r\nZm9v\r\n)"), "Zm9v");
  EXPECT_EQ(spelled(R"(Zg=\n=)"), "Zg==");
  EXPECT_EQ(spelled(R"(Zh\n==)"), "Zg==");
  EXPECT_EQ(spelled("Zm9="), "Zm8=");
  EXPECT_EQ(spelled(R"(\n)"), "");
}

TEST(DataSpelling, EveryLastLetterIsSpelledAsTheEncoderWouldWriteItsBytes) {
  for (const std::string_view padding : {"=", "=="}) {
    for (int letter = 1; letter < 128; ++letter) {
      std::string data(padding.size() == 1 ? "Zm" : "Z");
      data.push_back(static_cast<char>(letter));
      data.append(padding);
      const auto bytes = decode_base64(data);
      if (letter == '=' || data.find_first_of("\r\n") != std::string::npos || !bytes) continue;
      std::string again;
      append_base64(again, *bytes);
      EXPECT_EQ(spelled(data), again);
    }
  }
}

}  // namespace
}  // namespace antiphon::federation
