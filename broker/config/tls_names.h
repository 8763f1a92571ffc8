// The names of TLS cipher suites and curves in configurations, and what OpenSSL calls them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace antiphon {

enum class TlsNameKind : uint8_t {
  kUnknown,
  kKnown,
  kInsecure,     // needs tls.allow_insecure_cipher_suites
  kUnavailable,  // a real name, but OpenSSL 3.0 cannot do it
};

// `name` as IANA writes it: TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256.
TlsNameKind cipher_suite_kind(std::string_view name);

// `name` as Go writes it: X25519, CurveP256.
TlsNameKind curve_kind(std::string_view name);

// For SSL_CTX_set_cipher_list and SSL_CTX_set_ciphersuites. No names mean all secure ones. With
// names but none of TLS 1.3, all three of TLS 1.3 stay; with none of TLS 1.2, `tls12` is empty
// and TLS 1.2 must not be offered.
struct OpensslCiphers {
  std::string tls12;
  std::string tls13;
};
OpensslCiphers openssl_ciphers(const std::vector<std::string>& names);

// For SSL_CTX_set1_groups_list; unavailable names are left out. No names mean X25519 and the three
// NIST curves.
std::string openssl_groups(const std::vector<std::string>& names);

}  // namespace antiphon
