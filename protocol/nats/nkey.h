// Nkeys as text: how NATS writes Ed25519 identities ("U...", "N...") and their seeds ("SU...").
//
// FORMAT: base32 without padding. A public key is one prefix byte, 32 bytes and a CRC-16 (XModem,
// little endian) over both: 56 letters. A seed has two prefix bytes that hold "S" and the role in
// five bits each, then 32 bytes and the CRC: 58 letters.
// INVARIANTS: decoding takes only what encoding writes: no lower case, no padding, no white space,
// and no other letters for the same bytes.
// SECRETS: see Ed25519Seed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/bytes/ed25519.h"

namespace antiphon {

enum class NkeyPrefix : uint8_t {
  kServer = 13 << 3,    // 'N'
  kUser = 20 << 3,      // 'U'
  kAccount = 0,         // 'A'
  kOperator = 14 << 3,  // 'O'
  kCluster = 2 << 3,    // 'C'
  kCurve = 23 << 3,     // 'X': an X25519 key, good for sealing only
};

enum class NkeyFault : uint8_t {
  kNone,
  kWrongLength,
  kBadLetter,      // not base32, or not the one spelling of these bytes
  kBadChecksum,    // a letter was mistyped
  kUnknownPrefix,  // no role we know
  kNotASeed,       // a public key where a seed is wanted
};

inline constexpr size_t kNkeyTextBytes = 56;
inline constexpr size_t kNkeySeedTextBytes = 58;

struct Nkey {
  NkeyPrefix prefix = NkeyPrefix::kUser;
  Ed25519PublicKey key{};
};
struct NkeySeed {
  NkeyPrefix prefix;
  Ed25519Seed seed;
};

std::string_view nkey_fault_text(NkeyFault fault);

std::string encode_nkey(NkeyPrefix prefix, const Ed25519PublicKey& key);
SecretText encode_nkey_seed(NkeyPrefix prefix, const Ed25519Seed& seed);

// A public key of any role; callers say which role they want. nkey is unspecified after a fault.
[[nodiscard]] NkeyFault decode_nkey(std::string_view text, Nkey& nkey);
// A seed of any role; nothing is in seed after a fault.
[[nodiscard]] NkeyFault decode_nkey_seed(std::string_view text, std::optional<NkeySeed>& seed);

// Whether nkey's holder made signature (raw bytes) over message; curve keys sign nothing.
[[nodiscard]] bool nkey_verify(const Nkey& nkey, std::string_view message,
                               std::string_view signature);
// The same for the `sig` of a CONNECT over the nonce of INFO.
[[nodiscard]] bool nkey_verify_nonce(const Nkey& nkey, std::string_view nonce,
                                     std::string_view sig);

}  // namespace antiphon
