#include "protocol/nats/nkey.h"

#include <vector>

namespace antiphon {
namespace {

uint16_t crc16(const std::vector<uint8_t>& bytes) {
  constexpr uint16_t kPolynomial = 0x1021;
  uint16_t crc = 0;
  for (const uint8_t byte : bytes) {
    crc ^= static_cast<uint16_t>(byte << 8);
    for (int bit = 0; bit < 8; ++bit) {
      const bool high = (crc & 0x8000) != 0;
      crc = static_cast<uint16_t>(crc << 1);
      if (high) crc ^= kPolynomial;
    }
  }
  return crc;
}

std::string base32(const std::vector<uint8_t>& bytes) {
  constexpr char kAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  std::string text;
  uint32_t bits = 0;
  int count = 0;
  for (const uint8_t byte : bytes) {
    bits = bits << 8 | byte;
    count += 8;
    while (count >= 5) {
      count -= 5;
      text += kAlphabet[bits >> count & 31];
    }
  }
  if (count > 0) text += kAlphabet[bits << (5 - count) & 31];
  return text;
}

}  // namespace

std::string encode_nkey(NkeyPrefix prefix, const Ed25519PublicKey& key) {
  std::vector<uint8_t> bytes;
  bytes.reserve(1 + key.size() + sizeof(uint16_t));
  bytes.push_back(static_cast<uint8_t>(prefix));
  for (const uint8_t byte : key) bytes.push_back(byte);
  const uint16_t crc = crc16(bytes);
  bytes.push_back(static_cast<uint8_t>(crc));
  bytes.push_back(static_cast<uint8_t>(crc >> 8));
  return base32(bytes);
}

}  // namespace antiphon
