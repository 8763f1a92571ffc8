// Small owners for OpenSSL's objects.
#pragma once

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string_view>

namespace antiphon::choria {

struct OpensslFree {
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(EVP_MD* algorithm) const { EVP_MD_free(algorithm); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(X509_STORE* store) const { X509_STORE_free(store); }
  void operator()(X509_STORE_CTX* context) const { X509_STORE_CTX_free(context); }
  void operator()(GENERAL_NAMES* names) const { GENERAL_NAMES_free(names); }
  void operator()(STACK_OF(X509) * certificates) const {
    sk_X509_pop_free(certificates, X509_free);
  }
};
template <typename T>
using OpensslOwner = std::unique_ptr<T, OpensslFree>;

// Leaves this thread's OpenSSL error queue empty.
//
// WHY: SSL_get_error looks at the same queue; an error left behind by a bad certificate in a
// message would make the next innocent TLS read of this thread look like a failure.
class OpensslErrorGuard {
 public:
  OpensslErrorGuard() = default;
  OpensslErrorGuard(const OpensslErrorGuard&) = delete;
  OpensslErrorGuard& operator=(const OpensslErrorGuard&) = delete;
  ~OpensslErrorGuard() { ERR_clear_error(); }
};

// A read-only view of text; text must stay alive. Bounded by kPemBytesMax at the callers.
inline OpensslOwner<BIO> bio_of(std::string_view text) {
  return OpensslOwner<BIO>(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

// Given to every PEM reader: without it OpenSSL asks the terminal for a passphrase as soon as a
// PEM block claims to be encrypted.
inline int no_passphrase(char*, int, int, void*) {
  return -1;
}

}  // namespace antiphon::choria
