#include "protocol/choria/token_key.h"

#include <openssl/pem.h>

#include <algorithm>
#include <utility>

#include "protocol/bytes/hex.h"
#include "protocol/choria/limits.h"

namespace antiphon::choria {
namespace {

constexpr std::string_view kCertificateBegin = "-----BEGIN CERTIFICATE-----";
constexpr std::string_view kPublicBegin = "-----BEGIN PUBLIC KEY-----";
constexpr std::string_view kPrivateBegin = "-----BEGIN PRIVATE KEY-----";
constexpr std::string_view kRsaPrivateBegin = "-----BEGIN RSA PRIVATE KEY-----";
constexpr std::string_view kBlanks = " \t\r\n";

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string_view trimmed(std::string_view text) {
  const size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

bool holds(std::string_view pem, std::string_view begin) {
  return pem.find(begin) != std::string_view::npos;
}

bool is_usable_rsa(const EVP_PKEY* key) {
  if (key == nullptr || EVP_PKEY_get_base_id(key) != EVP_PKEY_RSA) return false;
  const int bits = EVP_PKEY_get_bits(key);
  return bits >= kTokenRsaBitsMin && bits <= kRsaBitsMax;
}

const EVP_MD* digest_of(TokenAlgorithm algorithm) {
  switch (algorithm) {
    case TokenAlgorithm::kRs256:
      return EVP_sha256();
    case TokenAlgorithm::kRs384:
      return EVP_sha384();
    case TokenAlgorithm::kRs512:
      return EVP_sha512();
    case TokenAlgorithm::kEdDsa:
      break;
  }
  return nullptr;
}

OpensslOwner<EVP_PKEY> read_public(std::string_view pem) {
  const auto bio = bio_of(pem);
  if (!holds(pem, kCertificateBegin)) {
    return OpensslOwner<EVP_PKEY>(PEM_read_bio_PUBKEY(bio.get(), nullptr, no_passphrase, nullptr));
  }
  const OpensslOwner<X509> certificate(
      PEM_read_bio_X509(bio.get(), nullptr, no_passphrase, nullptr));
  return OpensslOwner<EVP_PKEY>(certificate ? X509_get_pubkey(certificate.get()) : nullptr);
}

bool rsa_verify(EVP_PKEY* key, const EVP_MD* digest, std::string_view message,
                std::string_view signature) {
  const OpensslErrorGuard guard;
  const OpensslOwner<EVP_MD_CTX> context(EVP_MD_CTX_new());
  return context && EVP_DigestVerifyInit(context.get(), nullptr, digest, nullptr, key) == 1 &&
         EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(message),
                          message.size()) == 1;
}

}  // namespace

std::string_view token_algorithm_name(TokenAlgorithm algorithm) {
  switch (algorithm) {
    case TokenAlgorithm::kEdDsa:
      return "EdDSA";
    case TokenAlgorithm::kRs256:
      return "RS256";
    case TokenAlgorithm::kRs384:
      return "RS384";
    case TokenAlgorithm::kRs512:
      return "RS512";
  }
  return "unknown";
}

absl::StatusOr<TokenPublicKey> TokenPublicKey::from_text(std::string_view text) {
  const OpensslErrorGuard guard;
  if (text.size() > kPemBytesMax) return absl::InvalidArgumentError("public key: text too long");
  if (holds(text, kCertificateBegin) || holds(text, kPublicBegin)) {
    auto key = read_public(text);
    if (!is_usable_rsa(key.get())) {
      return absl::InvalidArgumentError(
          "public key: PEM must hold an RSA key of 2048 to 8192 bits");
    }
    return TokenPublicKey(std::move(key));
  }
  const auto key = ed25519_from_hex(trimmed(text));
  if (!key) {
    return absl::InvalidArgumentError(
        "public key: neither 64 hexadecimal digits nor PEM of a certificate or public key");
  }
  return TokenPublicKey(*key);
}

bool TokenPublicKey::operator==(const TokenPublicKey& other) const {
  const auto* own_rsa = std::get_if<Rsa>(&key_);
  const auto* other_rsa = std::get_if<Rsa>(&other.key_);
  if (own_rsa == nullptr || other_rsa == nullptr) {
    return own_rsa == other_rsa && *ed25519() == *other.ed25519();
  }
  const OpensslErrorGuard guard;
  return EVP_PKEY_eq(own_rsa->get(), other_rsa->get()) == 1;
}

bool TokenPublicKey::fits(TokenAlgorithm algorithm) const {
  return (ed25519() != nullptr) == (algorithm == TokenAlgorithm::kEdDsa);
}

bool TokenPublicKey::verify(TokenAlgorithm algorithm, std::string_view message,
                            std::string_view signature) const {
  if (!fits(algorithm)) return false;
  if (const Ed25519PublicKey* key = ed25519()) return ed25519_verify(*key, message, signature);
  return rsa_verify(std::get<Rsa>(key_).get(), digest_of(algorithm), message, signature);
}

absl::StatusOr<TokenSigningKey> TokenSigningKey::from_text(std::string_view text) {
  const OpensslErrorGuard guard;
  if (text.size() > kPemBytesMax) return absl::InvalidArgumentError("signing key: text too long");
  if (holds(text, kPrivateBegin) || holds(text, kRsaPrivateBegin)) {
    const auto bio = bio_of(text);
    OpensslOwner<EVP_PKEY> key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr));
    if (!is_usable_rsa(key.get())) {
      return absl::InvalidArgumentError(
          "signing key: PEM must hold an unencrypted RSA key of 2048 to 8192 bits");
    }
    return TokenSigningKey(std::move(key));
  }
  const std::string_view digits = trimmed(text);
  if (digits.size() == 2 * kEd25519KeyBytes) {
    if (auto bytes = from_hex(digits)) {
      const SecretText secret(std::move(*bytes));
      if (auto seed = Ed25519Seed::from_bytes(secret.view())) {
        return TokenSigningKey(std::move(*seed));
      }
    }
  }
  return absl::InvalidArgumentError(
      "signing key: neither the 64 hexadecimal digits of a seed nor PEM of an RSA private key");
}

TokenAlgorithm TokenSigningKey::algorithm() const {
  return seed() != nullptr ? TokenAlgorithm::kEdDsa : TokenAlgorithm::kRs256;
}

absl::StatusOr<std::string> TokenSigningKey::sign(std::string_view message) const {
  if (const Ed25519Seed* own = seed()) return own->sign(message);
  const OpensslErrorGuard guard;
  EVP_PKEY* key = std::get<Rsa>(key_).get();
  const OpensslOwner<EVP_MD_CTX> context(EVP_MD_CTX_new());
  size_t length = static_cast<size_t>(EVP_PKEY_get_size(key));
  std::string signature(length, '\0');
  if (!context || EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key) != 1 ||
      EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &length,
                     bytes_of(message), message.size()) != 1) {
    return absl::InternalError("signing key: OpenSSL could not sign");
  }
  signature.resize(length);
  return signature;
}

absl::StatusOr<TokenPublicKey> TokenSigningKey::public_key() const {
  if (const Ed25519Seed* own = seed()) return TokenPublicKey(own->public_key());
  const OpensslErrorGuard guard;
  const OpensslOwner<BIO> bio(BIO_new(BIO_s_mem()));
  if (!bio || PEM_write_bio_PUBKEY(bio.get(), std::get<Rsa>(key_).get()) != 1) {
    return absl::InternalError("signing key: OpenSSL could not derive its public key");
  }
  char* text = nullptr;
  const auto bytes = BIO_get_mem_data(bio.get(), &text);
  return TokenPublicKey::from_text({text, static_cast<size_t>(bytes)});
}

std::optional<Ed25519PublicKey> ed25519_from_hex(std::string_view hex) {
  if (hex.size() != 2 * kEd25519KeyBytes) return std::nullopt;
  const auto bytes = from_hex(hex);
  if (!bytes) return std::nullopt;
  Ed25519PublicKey key{};
  std::copy(bytes->begin(), bytes->end(), key.begin());
  return key;
}

std::string ed25519_to_hex(const Ed25519PublicKey& key) {
  return to_hex({reinterpret_cast<const char*>(key.data()), key.size()});
}

}  // namespace antiphon::choria
