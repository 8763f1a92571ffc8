// Rows of the option table: TLS of clients.
#include "broker/config/option_rows.h"

namespace antiphon::option_rows {
namespace {

// clang-format off
const Option kRows[] = {
    {"tls", "", "", T::kBlock, kTls<&TlsOptions::enabled>, kNatural, kReload,
     "none; always on in Choria's dialect", "TLS for clients; needs a certificate and its key."},
    {"tls.cert_file", "", "plugin.security.file.certificate", T::kPath,
     kTls<&TlsOptions::cert_file>, kNotEmpty, kReload, "",
     "PEM file with the server's certificate, then those between it and the authority's."},
    {"tls.key_file", "", "plugin.security.file.key", T::kPath,
     kTls<&TlsOptions::key_file>, kNotEmpty, kReload, "", "PEM file with the certificate's key."},
    {"tls.ca_file", "", "plugin.security.file.ca", T::kPath,
     kTls<&TlsOptions::ca_file>, kNotEmpty, kReload, "",
     "PEM file with the certificates of the authorities that clients' ones must come from."},
    {"tls.verify", "", "", T::kBool, kTls<&TlsOptions::verify>, kNatural, kReload,
     "false; always true in Choria's dialect",
     "Whether clients must show a certificate; needs `ca_file`."},
    {"tls.verify_and_map", "", "", T::kBool, kTls<&TlsOptions::verify_and_map>, kNatural, kReload, "",
     "As `verify`, and the certificate's names say which user of the list a client is."},
    {"tls.pinned_certs", "", "", T::kPinnedCerts, kTls<&TlsOptions::pinned_certs>, kNatural, kReload,
     "any key", "Hashes (SHA-256 of the public key, hexadecimal) of the only keys that clients' "
     "certificates may have."},
    {"tls.timeout", "", "plugin.choria.network.tls_timeout", T::kTimeout,
     kTls<&TlsOptions::timeout>, kPositive, kReload, "",
     "How long a client may take for the TLS handshake."},
    {"tls.handshake_first", "first immediate", "", T::kHandshakeFirst,
     kTls<&TlsOptions::handshake_first>, kNatural, kReload, "",
     "Whether TLS begins before INFO is sent: a boolean, or \"auto\" or a duration to wait for the "
     "handshake before INFO is sent in clear."},
    {"tls.min_version", "", "", T::kTlsVersion,
     kTls<&TlsOptions::min_version>, kNatural, kReload, "",
     "Lowest TLS version, \"1.2\" or \"1.3\"."},
    {"tls.cipher_suites", "", "plugin.security.cipher_suites", T::kCipherSuites,
     kTls<&TlsOptions::cipher_suites>, kNatural, kReload,
     "all that are held to be secure", "Cipher suites by their IANA names, preferred first."},
    {"tls.curve_preferences", "", "plugin.security.ecc_curves", T::kCurves,
     kTls<&TlsOptions::curve_preferences>, kNatural, kReload,
     "X25519, CurveP256, CurveP384, CurveP521", "Key exchange curves, preferred first."},
    {"tls.allow_insecure_cipher_suites", "", "", T::kBool,
     kTls<&TlsOptions::allow_insecure_cipher_suites>, kNatural, kReload, "",
     "Whether `cipher_suites` may name suites that are held to be weak."},
    {"tls.insecure", "", "", T::kBool, kNoField, kNatural, kReload, "",
     "Accepted; concerns only connections that a server opens itself."},
    {"allow_non_tls", "", "", T::kBool, kTls<&TlsOptions::allow_non_tls>, kNatural, kRestart, "",
     "Whether clients may stay without TLS although it is configured."},
};
// clang-format on

}  // namespace

std::span<const Option> tls() { return kRows; }

}  // namespace antiphon::option_rows
