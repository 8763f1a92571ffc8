#include "protocol/choria/certificate.h"

#include <openssl/pem.h>

#include <algorithm>

#include "protocol/choria/limits.h"

namespace antiphon::choria {
namespace {

bool is_usable_rsa(const EVP_PKEY* key) {
  if (key == nullptr || EVP_PKEY_get_base_id(key) != EVP_PKEY_RSA) return false;
  const int bits = EVP_PKEY_get_bits(key);
  return bits >= kRsaBitsMin && bits <= kRsaBitsMax;
}

OpensslOwner<X509> next_certificate(BIO* bio) {
  return OpensslOwner<X509>(PEM_read_bio_X509(bio, nullptr, no_passphrase, nullptr));
}

// A name is text without zero bytes; anything else could be read as two different names.
std::optional<std::string> name_text(const ASN1_STRING* value) {
  if (value == nullptr) return std::nullopt;
  unsigned char* utf8 = nullptr;
  const int length = ASN1_STRING_to_UTF8(&utf8, value);
  if (length < 0) return std::nullopt;
  std::string name(reinterpret_cast<const char*>(utf8), static_cast<size_t>(length));
  OPENSSL_free(utf8);
  if (name.find('\0') != std::string::npos) return std::nullopt;
  return name;
}

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

absl::StatusOr<RsaKey> RsaKey::from_pem(std::string_view pem) {
  const OpensslErrorGuard guard;
  if (pem.size() > kPemBytesMax) return absl::InvalidArgumentError("private key: text too long");
  const auto bio = bio_of(pem);
  OpensslOwner<EVP_PKEY> key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr));
  if (!key) return absl::InvalidArgumentError("private key: no unencrypted PEM key found");
  if (!is_usable_rsa(key.get())) {
    return absl::InvalidArgumentError("private key: must be RSA of 1024 to 8192 bits");
  }
  return RsaKey(std::move(key));
}

absl::StatusOr<std::string> RsaKey::sign(std::string_view message) const {
  const OpensslErrorGuard guard;
  const OpensslOwner<EVP_MD_CTX> context(EVP_MD_CTX_new());
  size_t length = static_cast<size_t>(EVP_PKEY_get_size(key_.get()));
  std::string signature(length, '\0');
  if (!context ||
      EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get()) != 1 ||
      EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &length,
                     bytes_of(message), message.size()) != 1) {
    return absl::InternalError("private key: OpenSSL could not sign");
  }
  signature.resize(length);
  return signature;
}

std::optional<Certificate> Certificate::from_pem(std::string_view pem) {
  const OpensslErrorGuard guard;
  if (pem.size() > kPemBytesMax) return std::nullopt;
  const auto bio = bio_of(pem);
  Certificate certificate;
  certificate.leaf_ = next_certificate(bio.get());
  certificate.others_.reset(sk_X509_new_null());
  if (!certificate.leaf_ || !certificate.others_) return std::nullopt;
  for (size_t count = 1; auto other = next_certificate(bio.get()); ++count) {
    if (count == kCertificatesMax) return std::nullopt;
    if (sk_X509_push(certificate.others_.get(), other.get()) <= 0) return std::nullopt;
    (void)other.release();  // the stack owns it now
  }
  certificate.read_names();
  return certificate;
}

void Certificate::read_names() {
  const X509_NAME* subject = X509_get_subject_name(leaf_.get());
  for (int i = -1; (i = X509_NAME_get_index_by_NID(subject, NID_commonName, i)) >= 0;) {
    const X509_NAME_ENTRY* entry = X509_NAME_get_entry(subject, i);
    common_name_ = name_text(X509_NAME_ENTRY_get_data(entry)).value_or("");
  }
  const OpensslOwner<GENERAL_NAMES> names(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(leaf_.get(), NID_subject_alt_name, nullptr, nullptr)));
  for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type != GEN_DNS) continue;
    if (auto text = name_text(name->d.dNSName)) dns_names_.push_back(std::move(*text));
  }
}

bool Certificate::carries_name(std::string_view name) const {
  if (name.empty()) return false;
  return common_name_ == name ||
         std::find(dns_names_.begin(), dns_names_.end(), name) != dns_names_.end();
}

bool Certificate::has_rsa_key() const {
  const OpensslErrorGuard guard;
  return is_usable_rsa(X509_get0_pubkey(leaf_.get()));
}

bool Certificate::verify(std::string_view message, std::string_view signature) const {
  const OpensslErrorGuard guard;
  EVP_PKEY* key = X509_get0_pubkey(leaf_.get());
  if (!is_usable_rsa(key)) return false;
  const OpensslOwner<EVP_MD_CTX> context(EVP_MD_CTX_new());
  return context && EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key) == 1 &&
         EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(message),
                          message.size()) == 1;
}

}  // namespace antiphon::choria
