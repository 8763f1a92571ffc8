// Ed25519 keys and signatures (RFC 8032): what nkeys, NATS JWTs and Choria's tokens are made of.
//
// SECRETS: a seed is wiped when it is dropped or moved from, and never becomes text here except in
// the hexadecimal a seed file holds, which its caller must wipe (see SecretText).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace antiphon {

inline constexpr size_t kEd25519KeyBytes = 32;  // a seed, and a public key
inline constexpr size_t kEd25519SignatureBytes = 64;

using Ed25519PublicKey = std::array<uint8_t, kEd25519KeyBytes>;

// Text that is wiped when it is dropped. Moved, never copied.
class SecretText {
 public:
  SecretText() = default;
  explicit SecretText(std::string text) : text_(std::move(text)) {}
  SecretText(SecretText&& other) noexcept;
  SecretText& operator=(SecretText&& other) noexcept;
  ~SecretText() { wipe(); }

  std::string& text() { return text_; }
  std::string_view view() const { return text_; }

 private:
  void wipe();
  std::string text_;
};

class Ed25519Seed {
 public:
  // Nothing unless there are exactly kEd25519KeyBytes bytes.
  static std::optional<Ed25519Seed> from_bytes(std::string_view bytes);
  static Ed25519Seed random();

  Ed25519Seed(Ed25519Seed&& other) noexcept;
  Ed25519Seed& operator=(Ed25519Seed&& other) noexcept;
  ~Ed25519Seed();

  Ed25519PublicKey public_key() const;
  // kEd25519SignatureBytes bytes; the same for the same message.
  std::string sign(std::string_view message) const;
  // Lower-case hexadecimal, as Choria's seed files hold it.
  SecretText hex() const;
  // The raw bytes; good as long as the seed.
  std::string_view bytes() const;

 private:
  Ed25519Seed() = default;
  std::array<uint8_t, kEd25519KeyBytes> seed_{};
};

// signature is raw bytes; any other length than kEd25519SignatureBytes is false.
[[nodiscard]] bool ed25519_verify(const Ed25519PublicKey& key, std::string_view message,
                                  std::string_view signature);

// The same for the `sig` of a CONNECT: base64 with the URL alphabet and no padding, or standard
// base64 with padding, nothing around it.
[[nodiscard]] bool ed25519_verify_text(const Ed25519PublicKey& key, std::string_view message,
                                       std::string_view signature_base64);

}  // namespace antiphon
