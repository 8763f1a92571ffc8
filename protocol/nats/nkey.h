// Public nkeys as text: how NATS writes the identity of a server ("N...", 56 characters).
//
// FORMAT: base32 without padding of one prefix byte, 32 bytes of Ed25519 public key and a CRC-16
// (XModem, little endian) over both.
#pragma once

#include <array>
#include <cstdint>
#include <string>

namespace antiphon {

enum class NkeyPrefix : uint8_t {
  kServer = 13 << 3,   // 'N'
  kUser = 20 << 3,     // 'U'
  kAccount = 0,        // 'A'
  kOperator = 14 << 3,  // 'O'
};

inline constexpr size_t kNkeyTextBytes = 56;
using Ed25519PublicKey = std::array<uint8_t, 32>;

std::string encode_nkey(NkeyPrefix prefix, const Ed25519PublicKey& key);

}  // namespace antiphon
