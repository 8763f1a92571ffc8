#include "protocol/nats/nkey.h"

#include <openssl/crypto.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <utility>

namespace antiphon {
namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
constexpr uint8_t kSeedPrefix = 18 << 3;  // 'S'
constexpr size_t kCrcBytes = 2;
constexpr size_t kPublicBytes = 1 + kEd25519KeyBytes + kCrcBytes;
constexpr size_t kSeedBytes = 2 + kEd25519KeyBytes + kCrcBytes;

uint16_t crc16(std::span<const uint8_t> bytes) {
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

std::string base32(std::span<const uint8_t> bytes) {
  std::string text;
  text.reserve(kNkeySeedTextBytes);  // never grows: a seed leaves no copy behind
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

// text must have exactly the letters that bytes.size() bytes take.
NkeyFault decode_base32(std::string_view text, std::span<uint8_t> bytes) {
  uint32_t bits = 0;
  int count = 0;
  size_t written = 0;
  for (const char letter : text) {
    const size_t value = kAlphabet.find(letter);
    if (value == std::string_view::npos) return NkeyFault::kBadLetter;
    bits = (bits << 5 | static_cast<uint32_t>(value)) & 0xFFFF;
    count += 5;
    if (count < 8) continue;
    count -= 8;
    bytes[written++] = static_cast<uint8_t>(bits >> count);
  }
  const bool spare_bits = (bits & ((1u << count) - 1)) != 0;
  return spare_bits ? NkeyFault::kBadLetter : NkeyFault::kNone;
}

void add_crc(std::span<uint8_t> bytes) {
  const size_t end = bytes.size() - kCrcBytes;
  const uint16_t crc = crc16(bytes.first(end));
  bytes[end] = static_cast<uint8_t>(crc);
  bytes[end + 1] = static_cast<uint8_t>(crc >> 8);
}

bool crc_is_right(std::span<const uint8_t> bytes) {
  const size_t end = bytes.size() - kCrcBytes;
  const uint16_t crc = crc16(bytes.first(end));
  return bytes[end] == static_cast<uint8_t>(crc) &&
         bytes[end + 1] == static_cast<uint8_t>(crc >> 8);
}

bool is_known(uint8_t prefix) {
  switch (static_cast<NkeyPrefix>(prefix)) {
    case NkeyPrefix::kServer:
    case NkeyPrefix::kUser:
    case NkeyPrefix::kAccount:
    case NkeyPrefix::kOperator:
    case NkeyPrefix::kCluster:
    case NkeyPrefix::kCurve:
      return true;
  }
  return false;
}

// Bytes of a seed on the stack, wiped at the end.
struct SeedBytes : std::array<uint8_t, kSeedBytes> {
  SeedBytes() { fill(0); }
  SeedBytes(const SeedBytes&) = delete;
  SeedBytes& operator=(const SeedBytes&) = delete;
  ~SeedBytes() { OPENSSL_cleanse(data(), size()); }
};

}  // namespace

std::string_view nkey_fault_text(NkeyFault fault) {
  switch (fault) {
    case NkeyFault::kNone:
      return "no problem";
    case NkeyFault::kWrongLength:
      return "nkey has the wrong length";
    case NkeyFault::kBadLetter:
      return "nkey is not base32";
    case NkeyFault::kBadChecksum:
      return "nkey has a wrong checksum";
    case NkeyFault::kUnknownPrefix:
      return "nkey has an unknown prefix";
    case NkeyFault::kNotASeed:
      return "nkey is not a seed";
  }
  return "unknown nkey problem";
}

std::string encode_nkey(NkeyPrefix prefix, const Ed25519PublicKey& key) {
  std::array<uint8_t, kPublicBytes> bytes{};
  bytes[0] = static_cast<uint8_t>(prefix);
  std::copy(key.begin(), key.end(), bytes.begin() + 1);
  add_crc(bytes);
  return base32(bytes);
}

SecretText encode_nkey_seed(NkeyPrefix prefix, const Ed25519Seed& seed) {
  SeedBytes bytes;
  const auto role = static_cast<uint8_t>(prefix);
  bytes[0] = static_cast<uint8_t>(kSeedPrefix | role >> 5);
  bytes[1] = static_cast<uint8_t>((role & 31) << 3);
  const std::string_view raw = seed.bytes();
  std::copy(raw.begin(), raw.end(), bytes.begin() + 2);
  add_crc(bytes);
  return SecretText(base32(bytes));
}

NkeyFault decode_nkey(std::string_view text, Nkey& nkey) {
  if (text.size() != kNkeyTextBytes) return NkeyFault::kWrongLength;
  std::array<uint8_t, kPublicBytes> bytes{};
  if (const NkeyFault fault = decode_base32(text, bytes); fault != NkeyFault::kNone) return fault;
  if (!crc_is_right(bytes)) return NkeyFault::kBadChecksum;
  if (!is_known(bytes[0])) return NkeyFault::kUnknownPrefix;
  nkey.prefix = static_cast<NkeyPrefix>(bytes[0]);
  std::copy_n(bytes.begin() + 1, nkey.key.size(), nkey.key.begin());
  return NkeyFault::kNone;
}

NkeyFault decode_nkey_seed(std::string_view text, std::optional<NkeySeed>& seed) {
  seed.reset();
  if (text.size() != kNkeySeedTextBytes) {
    return text.size() == kNkeyTextBytes ? NkeyFault::kNotASeed : NkeyFault::kWrongLength;
  }
  SeedBytes bytes;
  if (const NkeyFault fault = decode_base32(text, bytes); fault != NkeyFault::kNone) return fault;
  if (!crc_is_right(bytes)) return NkeyFault::kBadChecksum;
  if ((bytes[0] & 0xF8) != kSeedPrefix) return NkeyFault::kNotASeed;
  const auto role = static_cast<uint8_t>((bytes[0] & 7) << 5 | bytes[1] >> 3);
  if (!is_known(role) || (bytes[1] & 7) != 0) return NkeyFault::kUnknownPrefix;
  const auto* raw = reinterpret_cast<const char*>(bytes.data()) + 2;
  auto decoded = Ed25519Seed::from_bytes({raw, kEd25519KeyBytes});
  if (!decoded) return NkeyFault::kWrongLength;
  seed.emplace(NkeySeed{static_cast<NkeyPrefix>(role), std::move(*decoded)});
  return NkeyFault::kNone;
}

bool nkey_verify(const Nkey& nkey, std::string_view message, std::string_view signature) {
  return nkey.prefix != NkeyPrefix::kCurve && ed25519_verify(nkey.key, message, signature);
}

bool nkey_verify_nonce(const Nkey& nkey, std::string_view nonce, std::string_view sig) {
  return nkey.prefix != NkeyPrefix::kCurve && ed25519_verify_text(nkey.key, nonce, sig);
}

}  // namespace antiphon
