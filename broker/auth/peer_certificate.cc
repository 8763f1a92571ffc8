#include "broker/auth/peer_certificate.h"

#include <openssl/err.h>
#include <openssl/x509.h>

#include "protocol/bytes/base64.h"

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

std::string PeerCertificate::pem() const {
  const std::string bytes = der();
  if (bytes.empty()) return {};
  constexpr size_t kLineBytes = 64;
  const std::string text = base64(bytes);
  std::string pem = "-----BEGIN CERTIFICATE-----\n";
  for (size_t begin = 0; begin < text.size(); begin += kLineBytes) {
    pem.append(text, begin, kLineBytes);
    pem += '\n';
  }
  return pem + "-----END CERTIFICATE-----\n";
}

}  // namespace antiphon
