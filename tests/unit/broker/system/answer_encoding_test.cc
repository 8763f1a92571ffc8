#include "broker/system/answer_encoding.h"

#include <gtest/gtest.h>
#include <snappy.h>
#include <zlib.h>

#include <random>

namespace antiphon {
namespace {

AnswerEncoding wanted(const std::string& lines) {
  return wanted_encoding("NATS/1.0\r\n" + lines + "\r\n\r\n");
}

std::string noise(size_t bytes) {
  std::mt19937 random(1);
  std::string text(bytes, '\0');
  for (char& c : text) c = static_cast<char>(random());
  return text;
}

std::string gunzipped(const std::string& packed, size_t bytes) {
  std::string out(bytes, '\0');
  z_stream stream{};
  EXPECT_EQ(inflateInit2(&stream, 15 + 16), Z_OK);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int result = inflate(&stream, Z_FINISH);
  EXPECT_TRUE(result == Z_STREAM_END || (bytes == 0 && result == Z_BUF_ERROR)) << result;
  EXPECT_EQ(stream.total_out, bytes);
  inflateEnd(&stream);
  return out;
}

// The texts of the chunks, without a look at their checksums.
std::string unframed(std::string_view frames) {
  EXPECT_EQ(frames.substr(0, 10), std::string_view("\xff\x06\x00\x00sNaPpY", 10));
  frames.remove_prefix(10);
  std::string all;
  while (frames.size() > 8) {
    const auto byte = [&](size_t i) { return static_cast<size_t>(static_cast<uint8_t>(frames[i])); };
    const size_t bytes = byte(1) | byte(2) << 8 | byte(3) << 16;
    const std::string_view data = frames.substr(8, bytes - 4);
    std::string text(data);
    if (frames[0] == 0) {
      EXPECT_TRUE(snappy::Uncompress(data.data(), data.size(), &text));
    }
    EXPECT_LE(text.size(), 65536u);
    all += text;
    frames.remove_prefix(4 + bytes);
  }
  EXPECT_TRUE(frames.empty());
  return all;
}

TEST(AnswerEncoding, IsWhatTheHeaderNamesSnappyFirst) {
  EXPECT_EQ(wanted("Accept-Encoding: gzip"), AnswerEncoding::kGzip);
  EXPECT_EQ(wanted("Accept-Encoding: deflate, GZip"), AnswerEncoding::kGzip);
  EXPECT_EQ(wanted("Accept-Encoding: gzip, snappy"), AnswerEncoding::kSnappy);
  EXPECT_EQ(wanted("Accept-Encoding: S2"), AnswerEncoding::kSnappy);
  EXPECT_EQ(wanted("Accept-Encoding: br"), AnswerEncoding::kIdentity);
  EXPECT_EQ(wanted("Accept-Encoding: "), AnswerEncoding::kNotAsked);
  EXPECT_EQ(wanted("X: gzip"), AnswerEncoding::kNotAsked);
  EXPECT_EQ(wanted_encoding(""), AnswerEncoding::kNotAsked);
  EXPECT_EQ(wanted_encoding("NATS/1.0"), AnswerEncoding::kNotAsked);
}

TEST(AnswerEncoding, TheAnswersHeaderSaysWhatItIs) {
  EXPECT_EQ(encode_answer(AnswerEncoding::kGzip, "x").headers,
            "NATS/1.0\r\nContent-Encoding: gzip\r\n\r\n");
  EXPECT_EQ(encode_answer(AnswerEncoding::kSnappy, "x").headers,
            "NATS/1.0\r\nContent-Encoding: snappy\r\n\r\n");
  EXPECT_EQ(encode_answer(AnswerEncoding::kIdentity, "x").headers,
            "NATS/1.0\r\nContent-Encoding: identity\r\n\r\n");
  EXPECT_EQ(encode_answer(AnswerEncoding::kIdentity, "x").payload, "x");
  EXPECT_EQ(encode_answer(AnswerEncoding::kNotAsked, "x").headers, "");
  EXPECT_EQ(encode_answer(AnswerEncoding::kNotAsked, "x").payload, "x");
}

TEST(AnswerEncoding, WhatIsPackedIsTheSameUnpacked) {
  for (const size_t bytes : {size_t{0}, size_t{1}, size_t{65535}, size_t{65536}, size_t{65537}, size_t{300'000}}) {
    for (const std::string& text : {std::string(bytes, 'a'), noise(bytes)}) {
      EXPECT_EQ(gunzipped(encode_answer(AnswerEncoding::kGzip, text).payload, bytes), text);
      EXPECT_EQ(unframed(encode_answer(AnswerEncoding::kSnappy, text).payload), text);
    }
  }
  EXPECT_LT(encode_answer(AnswerEncoding::kGzip, std::string(65536, 'a')).payload.size(), 1000u);
  EXPECT_LT(encode_answer(AnswerEncoding::kSnappy, std::string(65536, 'a')).payload.size(), 4000u);
}

TEST(AnswerEncoding, ChunksOfSnappyHaveTheFormatsChecksum) {
  // CRC-32C of "123456789" is 0xE3069283 (RFC 3720, B.4 has the polynomial); masked as the format says.
  const std::string framed = encode_answer(AnswerEncoding::kSnappy, "123456789").payload;
  constexpr uint32_t kCrc = 0xE3069283;
  constexpr uint32_t kMasked = ((kCrc >> 15) | (kCrc << 17)) + 0xA282EAD8;
  uint32_t found = 0;
  for (size_t i = 0; i < 4; ++i) found |= uint32_t{static_cast<uint8_t>(framed.at(14 + i))} << (8 * i);
  EXPECT_EQ(found, kMasked);
  EXPECT_EQ(framed[10], 1) << "too short to become smaller";
  EXPECT_EQ(framed.substr(18), "123456789");
}

}  // namespace
}  // namespace antiphon
