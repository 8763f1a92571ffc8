// The keys that make and check tokens: Ed25519, or RSA.
//
// MODEL: the family of a key decides which algorithms it can have signed, never the token: EdDSA
// for Ed25519 (the algorithm's name in a token's header), RS256, RS384 and RS512 for RSA.
// LIFETIME: resources: moved, never copied.
#pragma once

#include <absl/status/statusor.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "protocol/bytes/ed25519.h"
#include "protocol/choria/openssl.h"

namespace antiphon::choria {

enum class TokenAlgorithm : uint8_t { kEdDsa, kRs256, kRs384, kRs512 };

// "EdDSA"
std::string_view token_algorithm_name(TokenAlgorithm algorithm);

class TokenPublicKey {
 public:
  // 64 hexadecimal digits, or the PEM of an RSA public key or of a certificate with one. White
  // space around the digits does not count.
  static absl::StatusOr<TokenPublicKey> from_text(std::string_view text);
  explicit TokenPublicKey(const Ed25519PublicKey& key) : key_(key) {}

  // Null for RSA.
  const Ed25519PublicKey* ed25519() const { return std::get_if<Ed25519PublicKey>(&key_); }
  bool fits(TokenAlgorithm algorithm) const;
  bool operator==(const TokenPublicKey& other) const;
  // False also if the algorithm does not fit.
  [[nodiscard]] bool verify(TokenAlgorithm algorithm, std::string_view message,
                            std::string_view signature) const;

 private:
  using Rsa = OpensslOwner<EVP_PKEY>;
  explicit TokenPublicKey(Rsa key) : key_(std::move(key)) {}
  std::variant<Ed25519PublicKey, Rsa> key_;
};

class TokenSigningKey {
 public:
  // 64 hexadecimal digits of an Ed25519 seed, or the PEM of an RSA private key, not encrypted.
  static absl::StatusOr<TokenSigningKey> from_text(std::string_view text);
  explicit TokenSigningKey(Ed25519Seed seed) : key_(std::move(seed)) {}

  // Null for RSA.
  const Ed25519Seed* seed() const { return std::get_if<Ed25519Seed>(&key_); }
  TokenAlgorithm algorithm() const;
  absl::StatusOr<std::string> sign(std::string_view message) const;
  // The key that checks what this one signs.
  absl::StatusOr<TokenPublicKey> public_key() const;

 private:
  using Rsa = OpensslOwner<EVP_PKEY>;
  explicit TokenSigningKey(Rsa key) : key_(std::move(key)) {}
  std::variant<Ed25519Seed, Rsa> key_;
};

// 64 hexadecimal digits.
std::optional<Ed25519PublicKey> ed25519_from_hex(std::string_view hex);
std::string ed25519_to_hex(const Ed25519PublicKey& key);

}  // namespace antiphon::choria
