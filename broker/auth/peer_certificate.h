// The certificate that a client showed in its TLS handshake, held while it is asked who it is.
//
// LIFETIME: shares OpenSSL's own copy, which the connection keeps anyway; may cross threads. Nobody
// keeps one after the login.
#pragma once

#include <openssl/types.h>

#include <string>
#include <utility>

namespace antiphon {

class PeerCertificate {
 public:
  PeerCertificate() = default;  // none
  // Takes a reference of its own; null is none.
  explicit PeerCertificate(X509* certificate);
  PeerCertificate(const PeerCertificate& other) : PeerCertificate(other.certificate_) {}
  PeerCertificate(PeerCertificate&& other) noexcept
      : certificate_(std::exchange(other.certificate_, nullptr)) {}
  PeerCertificate& operator=(PeerCertificate other) noexcept {
    std::swap(certificate_, other.certificate_);
    return *this;
  }
  ~PeerCertificate();

  explicit operator bool() const { return certificate_ != nullptr; }
  // Good as long as this.
  X509* get() const { return certificate_; }
  // Empty when there is none.
  std::string der() const;
  std::string pem() const;

 private:
  X509* certificate_ = nullptr;
};

}  // namespace antiphon
