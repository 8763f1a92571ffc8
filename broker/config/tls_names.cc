#include "broker/config/tls_names.h"

namespace antiphon {
namespace {

struct CipherSuite {
  std::string_view name;
  std::string_view openssl;
  TlsNameKind kind;
};

// In the order in which they are offered when nothing is chosen: as Go's crypto/tls.
constexpr CipherSuite kTls12[] = {
    {"TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "ECDHE-ECDSA-AES128-GCM-SHA256",
     TlsNameKind::kKnown},
    {"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "ECDHE-RSA-AES128-GCM-SHA256", TlsNameKind::kKnown},
    {"TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", "ECDHE-ECDSA-AES256-GCM-SHA384",
     TlsNameKind::kKnown},
    {"TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "ECDHE-RSA-AES256-GCM-SHA384", TlsNameKind::kKnown},
    {"TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256", "ECDHE-ECDSA-CHACHA20-POLY1305",
     TlsNameKind::kKnown},
    {"TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256", "ECDHE-RSA-CHACHA20-POLY1305",
     TlsNameKind::kKnown},
    {"TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA", "ECDHE-ECDSA-AES128-SHA", TlsNameKind::kKnown},
    {"TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA", "ECDHE-RSA-AES128-SHA", TlsNameKind::kKnown},
    {"TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA", "ECDHE-ECDSA-AES256-SHA", TlsNameKind::kKnown},
    {"TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA", "ECDHE-RSA-AES256-SHA", TlsNameKind::kKnown},
    {"TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256", "ECDHE-ECDSA-AES128-SHA256",
     TlsNameKind::kInsecure},
    {"TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256", "ECDHE-RSA-AES128-SHA256", TlsNameKind::kInsecure},
    {"TLS_RSA_WITH_AES_128_GCM_SHA256", "AES128-GCM-SHA256", TlsNameKind::kInsecure},
    {"TLS_RSA_WITH_AES_256_GCM_SHA384", "AES256-GCM-SHA384", TlsNameKind::kInsecure},
    {"TLS_RSA_WITH_AES_128_CBC_SHA256", "AES128-SHA256", TlsNameKind::kInsecure},
    {"TLS_RSA_WITH_AES_128_CBC_SHA", "AES128-SHA", TlsNameKind::kInsecure},
    {"TLS_RSA_WITH_AES_256_CBC_SHA", "AES256-SHA", TlsNameKind::kInsecure},
    {"TLS_ECDHE_ECDSA_WITH_RC4_128_SHA", "", TlsNameKind::kUnavailable},
    {"TLS_ECDHE_RSA_WITH_RC4_128_SHA", "", TlsNameKind::kUnavailable},
    {"TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA", "", TlsNameKind::kUnavailable},
    {"TLS_RSA_WITH_RC4_128_SHA", "", TlsNameKind::kUnavailable},
    {"TLS_RSA_WITH_3DES_EDE_CBC_SHA", "", TlsNameKind::kUnavailable},
};

// OpenSSL uses the IANA names for these.
constexpr std::string_view kTls13[] = {"TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384",
                                       "TLS_CHACHA20_POLY1305_SHA256"};

struct Curve {
  std::string_view name;
  std::string_view openssl;
};

constexpr Curve kCurves[] = {
    {"X25519", "X25519"},       {"CurveP256", "P-256"}, {"CurveP384", "P-384"},
    {"CurveP521", "P-521"},     {"X25519MLKEM768", ""}, {"SecP256r1MLKEM768", ""},
    {"SecP384r1MLKEM1024", ""},
};

const CipherSuite* find_tls12(std::string_view name) {
  for (const CipherSuite& suite : kTls12) {
    if (suite.name == name) return &suite;
  }
  return nullptr;
}

bool is_tls13(std::string_view name) {
  for (std::string_view suite : kTls13) {
    if (suite == name) return true;
  }
  return false;
}

const Curve* find_curve(std::string_view name) {
  for (const Curve& curve : kCurves) {
    if (curve.name == name) return &curve;
  }
  return nullptr;
}

void append_joined(std::string& list, std::string_view item) {
  if (item.empty()) return;
  if (!list.empty()) list += ':';
  list += item;
}

}  // namespace

TlsNameKind cipher_suite_kind(std::string_view name) {
  if (is_tls13(name)) return TlsNameKind::kKnown;
  const CipherSuite* suite = find_tls12(name);
  return suite == nullptr ? TlsNameKind::kUnknown : suite->kind;
}

TlsNameKind curve_kind(std::string_view name) {
  const Curve* curve = find_curve(name);
  if (curve == nullptr) return TlsNameKind::kUnknown;
  return curve->openssl.empty() ? TlsNameKind::kUnavailable : TlsNameKind::kKnown;
}

OpensslCiphers openssl_ciphers(const std::vector<std::string>& names) {
  OpensslCiphers ciphers;
  for (const std::string& name : names) {
    if (is_tls13(name)) {
      append_joined(ciphers.tls13, name);
    } else if (const CipherSuite* suite = find_tls12(name)) {
      append_joined(ciphers.tls12, suite->openssl);
    }
  }
  if (names.empty()) {
    for (const CipherSuite& suite : kTls12) {
      if (suite.kind == TlsNameKind::kKnown) append_joined(ciphers.tls12, suite.openssl);
    }
  }
  if (ciphers.tls13.empty()) {
    for (std::string_view suite : kTls13) append_joined(ciphers.tls13, suite);
  }
  return ciphers;
}

std::string openssl_groups(const std::vector<std::string>& names) {
  std::string groups;
  for (const std::string& name : names) {
    if (const Curve* curve = find_curve(name)) append_joined(groups, curve->openssl);
  }
  if (names.empty()) {
    for (const Curve& curve : kCurves) append_joined(groups, curve.openssl);
  }
  return groups;
}

}  // namespace antiphon
