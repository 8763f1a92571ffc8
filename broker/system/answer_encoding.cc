#include "broker/system/answer_encoding.h"

#include <snappy.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "protocol/bytes/check.h"
#include "protocol/nats/headers.h"

namespace antiphon {
namespace {

bool has_word(std::string_view text, std::string_view lower_case) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  for (size_t at = 0; at + lower_case.size() <= text.size(); ++at) {
    size_t same = 0;
    while (same < lower_case.size() && lower(text[at + same]) == lower_case[same]) ++same;
    if (same == lower_case.size()) return true;
  }
  return false;
}

std::string gzipped(std::string_view text) {
  constexpr int kWindowBits = 15 + 16;  // the largest window, and gzip's frame about it
  constexpr int kMemoryLevel = 8;       // zlib's default
  z_stream stream{};
  AP_CHECK(deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kWindowBits, kMemoryLevel,
                        Z_DEFAULT_STRATEGY) == Z_OK);
  std::string out(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  AP_CHECK(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

// ---- Snappy's framing format: chunks of a type, three bytes of length, a checksum and the data ----

constexpr std::string_view kStreamBegin("\xff\x06\x00\x00sNaPpY", 10);
constexpr size_t kChunkTextMax = 65'536;
constexpr char kCompressedChunk = 0;
constexpr char kPlainChunk = 1;

constexpr std::array<uint32_t, 256> crc32c_table() {
  constexpr uint32_t kCastagnoliReversed = 0x82F63B78;
  std::array<uint32_t, 256> table{};
  for (uint32_t byte = 0; byte < table.size(); ++byte) {
    uint32_t crc = byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? kCastagnoliReversed : 0);
    table[byte] = crc;
  }
  return table;
}

// The format masks it, because checksums of data that hold checksums are weak.
uint32_t masked_checksum(std::string_view text) {
  static constexpr std::array<uint32_t, 256> kTable = crc32c_table();
  constexpr uint32_t kMask = 0xA282EAD8;
  uint32_t crc = ~uint32_t{0};
  for (const char c : text) crc = (crc >> 8) ^ kTable[(crc ^ static_cast<uint8_t>(c)) & 0xFF];
  crc = ~crc;
  return ((crc >> 15) | (crc << 17)) + kMask;
}

void append_little_endian(std::string& out, uint32_t number, int bytes) {
  for (int i = 0; i < bytes; ++i) out += static_cast<char>(number >> (8 * i) & 0xFF);
}

void append_chunk(std::string& out, std::string_view text) {
  constexpr uint32_t kChecksumBytes = 4;
  std::string packed;
  snappy::Compress(text.data(), text.size(), &packed);
  const bool is_smaller = packed.size() < text.size();
  const std::string_view data = is_smaller ? std::string_view(packed) : text;
  out += is_smaller ? kCompressedChunk : kPlainChunk;
  append_little_endian(out, static_cast<uint32_t>(data.size()) + kChecksumBytes, 3);
  append_little_endian(out, masked_checksum(text), kChecksumBytes);
  out += data;
}

std::string snappy_framed(std::string_view text) {
  std::string out(kStreamBegin);
  for (; !text.empty(); text.remove_prefix(std::min(text.size(), kChunkTextMax))) {
    append_chunk(out, text.substr(0, kChunkTextMax));
  }
  return out;
}

std::string headers_for(std::string_view encoding) {
  return "NATS/1.0\r\nContent-Encoding: " + std::string(encoding) + "\r\n\r\n";
}

}  // namespace

AnswerEncoding wanted_encoding(std::string_view headers) {
  const auto accepted = find_header(headers, "Accept-Encoding");
  if (!accepted || accepted->empty()) return AnswerEncoding::kNotAsked;
  if (has_word(*accepted, "snappy") || has_word(*accepted, "s2")) return AnswerEncoding::kSnappy;
  return has_word(*accepted, "gzip") ? AnswerEncoding::kGzip : AnswerEncoding::kIdentity;
}

EncodedAnswer encode_answer(AnswerEncoding encoding, std::string text) {
  switch (encoding) {
    case AnswerEncoding::kGzip: return {headers_for("gzip"), gzipped(text)};
    case AnswerEncoding::kSnappy: return {headers_for("snappy"), snappy_framed(text)};
    case AnswerEncoding::kIdentity: return {headers_for("identity"), std::move(text)};
    case AnswerEncoding::kNotAsked: break;
  }
  return {{}, std::move(text)};
}

}  // namespace antiphon
