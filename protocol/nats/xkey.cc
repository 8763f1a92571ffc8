#include "protocol/nats/xkey.h"

#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <sodium.h>

#include <algorithm>

#include "protocol/bytes/check.h"
#include "protocol/nats/nkey.h"

namespace antiphon {
namespace {

constexpr std::string_view kVersion = "xkv1";
constexpr size_t kNonceBytes = crypto_box_NONCEBYTES;
constexpr size_t kTagBytes = crypto_box_MACBYTES;
constexpr size_t kBoxAt = kVersion.size() + kNonceBytes;

static_assert(crypto_box_PUBLICKEYBYTES == kXkeyBytes);
static_assert(crypto_box_SECRETKEYBYTES == kXkeyBytes);

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* bytes_of(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

}  // namespace

XkeySeed XkeySeed::random() {
  XkeySeed seed;
  AP_CHECK(::RAND_priv_bytes(seed.seed_.data(), static_cast<int>(seed.seed_.size())) == 1);
  seed.derive_public();
  return seed;
}

std::optional<XkeySeed> XkeySeed::from_bytes(std::string_view bytes) {
  if (bytes.size() != kXkeyBytes) return std::nullopt;
  XkeySeed seed;
  std::copy(bytes.begin(), bytes.end(), seed.seed_.begin());
  seed.derive_public();
  return seed;
}

XkeySeed::XkeySeed(XkeySeed&& other) noexcept : seed_(other.seed_), public_(other.public_) {
  ::OPENSSL_cleanse(other.seed_.data(), other.seed_.size());
}

XkeySeed::~XkeySeed() { ::OPENSSL_cleanse(seed_.data(), seed_.size()); }

void XkeySeed::derive_public() {
  // The library finds out what the processor can do, once.
  static const bool is_ready = ::sodium_init() >= 0;
  AP_CHECK(is_ready);
  AP_CHECK(::crypto_scalarmult_base(public_.data(), seed_.data()) == 0);
}

std::optional<std::string> XkeySeed::seal(std::string_view text,
                                          const XkeyPublic& recipient) const {
  std::string sealed(kBoxAt + kTagBytes + text.size(), '\0');
  kVersion.copy(sealed.data(), kVersion.size());
  unsigned char* nonce = bytes_of(sealed) + kVersion.size();
  AP_CHECK(::RAND_bytes(nonce, kNonceBytes) == 1);
  if (::crypto_box_easy(bytes_of(sealed) + kBoxAt, bytes_of(text), text.size(), nonce,
                        recipient.data(), seed_.data()) != 0) {
    return std::nullopt;
  }
  return sealed;
}

std::optional<std::string> XkeySeed::open(std::string_view sealed, const XkeyPublic& sender) const {
  if (sealed.size() < kBoxAt + kTagBytes || !sealed.starts_with(kVersion)) return std::nullopt;
  std::string text(sealed.size() - kBoxAt - kTagBytes, '\0');
  const unsigned char* nonce = bytes_of(sealed) + kVersion.size();
  if (::crypto_box_open_easy(bytes_of(text), bytes_of(sealed) + kBoxAt, sealed.size() - kBoxAt,
                             nonce, sender.data(), seed_.data()) != 0) {
    return std::nullopt;
  }
  return text;
}

std::string encode_xkey(const XkeyPublic& key) { return encode_nkey(NkeyPrefix::kCurve, key); }

std::optional<XkeyPublic> decode_xkey(std::string_view text) {
  Nkey nkey;
  if (decode_nkey(text, nkey) != NkeyFault::kNone || nkey.prefix != NkeyPrefix::kCurve) {
    return std::nullopt;
  }
  return nkey.key;
}

}  // namespace antiphon
