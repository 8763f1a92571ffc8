// X25519 keys of NATS ("X..."), and what is sealed for one of them.
//
// FORMAT: "xkv1", 24 random bytes, then the box of NaCl: X25519, HSalsa20, XSalsa20-Poly1305. Whoever
// opens one knows that a holder of the sender's seed made it (or of its own: both can). As nats-io/nkeys.
// WHY libsodium: OpenSSL has no XSalsa20. It is used in xkey.cc and nowhere else.
// INVARIANTS: a key with which everybody could open the box (a point of small order) seals nothing.
// SECRETS: the seed is wiped when it is dropped.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace antiphon {

inline constexpr size_t kXkeyBytes = 32;
using XkeyPublic = std::array<uint8_t, kXkeyBytes>;

class XkeySeed {
 public:
  static XkeySeed random();
  // Nothing unless there are exactly kXkeyBytes bytes.
  static std::optional<XkeySeed> from_bytes(std::string_view bytes);
  XkeySeed(XkeySeed&& other) noexcept;
  XkeySeed& operator=(XkeySeed&&) = delete;
  ~XkeySeed();

  const XkeyPublic& public_key() const { return public_; }
  // Nothing when the recipient's key is of no use.
  std::optional<std::string> seal(std::string_view text, const XkeyPublic& recipient) const;
  // Nothing when it was not sealed by the sender for this key.
  std::optional<std::string> open(std::string_view sealed, const XkeyPublic& sender) const;

 private:
  XkeySeed() = default;
  void derive_public();

  std::array<uint8_t, kXkeyBytes> seed_{};
  XkeyPublic public_{};
};

std::string encode_xkey(const XkeyPublic& key);
// Nothing unless it is a public X25519 key.
std::optional<XkeyPublic> decode_xkey(std::string_view text);

}  // namespace antiphon
