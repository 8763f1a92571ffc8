// RSA keys and X.509 certificates as Choria's signed requests use them.
//
// LIMITS: kPemBytesMax, kCertificatesMax, kRsaBitsMin to kRsaBitsMax. Any other kind of key is an
// error here, as nothing else can sign a version 1 request.
// LIFETIME: both are resources: moved, never copied.
#pragma once

#include <absl/status/statusor.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "protocol/choria/openssl.h"

namespace antiphon::choria {

// The private key of a caller.
class RsaKey {
 public:
  // PKCS#1 or PKCS#8 PEM text, not encrypted.
  static absl::StatusOr<RsaKey> from_pem(std::string_view pem);
  // RSA PKCS#1 v1.5 over SHA-256: raw bytes, always the same for the same message.
  absl::StatusOr<std::string> sign(std::string_view message) const;

 private:
  explicit RsaKey(OpensslOwner<EVP_PKEY> key) : key_(std::move(key)) {}
  OpensslOwner<EVP_PKEY> key_;
};

// A certificate and the others that came in the same PEM text.
class Certificate {
 public:
  // The first certificate of the text is the one meant. Nothing if there is none.
  static std::optional<Certificate> from_pem(std::string_view pem);

  const std::string& common_name() const { return common_name_; }
  const std::vector<std::string>& dns_names() const { return dns_names_; }
  bool carries_name(std::string_view name) const;
  bool has_rsa_key() const;
  // Whether signature (raw bytes) was made over message by this certificate's key.
  bool verify(std::string_view message, std::string_view signature) const;

  X509* leaf() const { return leaf_.get(); }
  STACK_OF(X509) * others() const { return others_.get(); }

 private:
  Certificate() = default;
  void read_names();

  OpensslOwner<X509> leaf_;
  OpensslOwner<STACK_OF(X509)> others_;
  std::string common_name_;  // the last one if the subject has several; empty if none
  std::vector<std::string> dns_names_;
};

}  // namespace antiphon::choria
