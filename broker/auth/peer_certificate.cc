#include "broker/auth/peer_certificate.h"

#include <openssl/err.h>
#include <openssl/x509.h>

namespace antiphon {

PeerCertificate::PeerCertificate(X509* certificate) : certificate_(certificate) {
  if (certificate_ != nullptr) ::X509_up_ref(certificate_);
}

PeerCertificate::~PeerCertificate() {
  ::X509_free(certificate_);
}

std::string PeerCertificate::der() const {
  if (certificate_ == nullptr) return {};
  unsigned char* bytes = nullptr;
  const int length = ::i2d_X509(certificate_, &bytes);
  if (length <= 0) {
    ::ERR_clear_error();
    return {};
  }
  std::string der(reinterpret_cast<const char*>(bytes), static_cast<size_t>(length));
  ::OPENSSL_free(bytes);
  return der;
}

}  // namespace antiphon
