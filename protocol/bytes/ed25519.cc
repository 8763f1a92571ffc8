#include "protocol/bytes/ed25519.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "protocol/bytes/base64.h"
#include "protocol/bytes/check.h"
#include "protocol/bytes/hex.h"

namespace antiphon {
namespace {

constexpr size_t kUrlTextBytes = 86;       // 64 bytes without padding
constexpr size_t kStandardTextBytes = 88;  // and with it

struct Free {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Key = std::unique_ptr<EVP_PKEY, Free>;
using Context = std::unique_ptr<EVP_MD_CTX, Free>;

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

Key private_key(const std::array<uint8_t, kEd25519KeyBytes>& seed) {
  return Key(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, seed.data(), seed.size()));
}

}  // namespace

SecretText::SecretText(SecretText&& other) noexcept : text_(std::move(other.text_)) {
  other.wipe();  // a short text was copied, not moved
}

SecretText& SecretText::operator=(SecretText&& other) noexcept {
  if (this == &other) return *this;
  wipe();
  text_ = std::move(other.text_);
  other.wipe();
  return *this;
}

void SecretText::wipe() {
  text_.resize(text_.capacity());  // a longer text may have stood here
  OPENSSL_cleanse(text_.data(), text_.size());
  text_.clear();
}

std::optional<Ed25519Seed> Ed25519Seed::from_bytes(std::string_view bytes) {
  if (bytes.size() != kEd25519KeyBytes) return std::nullopt;
  Ed25519Seed seed;
  std::copy(bytes.begin(), bytes.end(), seed.seed_.begin());
  return seed;
}

// Without randomness no key may be made: a broken machine, not bad input.
Ed25519Seed Ed25519Seed::random() {
  Ed25519Seed seed;
  AP_CHECK(RAND_priv_bytes(seed.seed_.data(), static_cast<int>(seed.seed_.size())) == 1);
  return seed;
}

Ed25519Seed::Ed25519Seed(Ed25519Seed&& other) noexcept : seed_(other.seed_) {
  OPENSSL_cleanse(other.seed_.data(), other.seed_.size());
}

Ed25519Seed& Ed25519Seed::operator=(Ed25519Seed&& other) noexcept {
  if (this == &other) return *this;
  seed_ = other.seed_;
  OPENSSL_cleanse(other.seed_.data(), other.seed_.size());
  return *this;
}

Ed25519Seed::~Ed25519Seed() {
  OPENSSL_cleanse(seed_.data(), seed_.size());
}

Ed25519PublicKey Ed25519Seed::public_key() const {
  const Key key = private_key(seed_);
  Ed25519PublicKey result{};
  size_t bytes = result.size();
  AP_CHECK(key && EVP_PKEY_get_raw_public_key(key.get(), result.data(), &bytes) == 1);
  return result;
}

std::string Ed25519Seed::sign(std::string_view message) const {
  const Key key = private_key(seed_);
  const Context context(EVP_MD_CTX_new());
  std::string signature(kEd25519SignatureBytes, '\0');
  size_t bytes = signature.size();
  AP_CHECK(key && context &&
           EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
           EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &bytes,
                          bytes_of(message), message.size()) == 1);
  return signature;
}

SecretText Ed25519Seed::hex() const {
  return SecretText(to_hex(bytes()));
}

std::string_view Ed25519Seed::bytes() const {
  return {reinterpret_cast<const char*>(seed_.data()), seed_.size()};
}

bool ed25519_verify(const Ed25519PublicKey& key, std::string_view message,
                    std::string_view signature) {
  if (signature.size() != kEd25519SignatureBytes) return false;
  const Key loaded(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, key.data(), key.size()));
  const Context context(EVP_MD_CTX_new());
  const bool right =
      loaded && context &&
      EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, loaded.get()) == 1 &&
      EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(message),
                       message.size()) == 1;
  ERR_clear_error();  // else the next TLS read of this thread would look like a failure
  return right;
}

bool ed25519_verify_text(const Ed25519PublicKey& key, std::string_view message,
                         std::string_view signature_base64) {
  std::optional<std::string> signature;
  if (signature_base64.size() == kUrlTextBytes) signature = decode_base64url(signature_base64);
  if (signature_base64.size() == kStandardTextBytes) signature = decode_base64(signature_base64);
  return signature && ed25519_verify(key, message, *signature);
}

}  // namespace antiphon
