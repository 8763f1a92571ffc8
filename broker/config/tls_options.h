// How TLS is spoken with clients. The defaults are nats-server's. option_table.h describes each field.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "broker/config/duration.h"

namespace antiphon {

enum class TlsVersion : uint8_t { kTls12, kTls13 };

// Whether TLS begins before INFO; with a delay, INFO is sent in clear when no handshake came by
// then.
struct HandshakeFirst {
  bool on = false;
  Duration fallback_delay{0};  // 0: wait for the handshake only
  bool operator==(const HandshakeFirst&) const = default;
};
inline constexpr Duration kHandshakeFallbackDelay = std::chrono::milliseconds(50);

struct TlsOptions {
  bool enabled = false;
  std::string cert_file;
  std::string key_file;
  std::string ca_file;
  bool verify = false;  // clients must show a certificate that ca_file vouches for
  bool verify_if_given = false;  // they may; one that ca_file does not vouch for is refused
  bool verify_and_map = false;  // so too, and it says which user they are
  std::vector<std::string> pinned_certs;  // SHA-256 of the only keys allowed, lower-case hex; sorted
  Duration timeout = std::chrono::seconds(2);
  HandshakeFirst handshake_first;
  TlsVersion min_version = TlsVersion::kTls12;
  std::vector<std::string> cipher_suites;      // IANA names; tls_names.h has OpenSSL's
  std::vector<std::string> curve_preferences;  // Go's names; tls_names.h has OpenSSL's
  bool allow_insecure_cipher_suites = false;
  bool allow_non_tls = false;  // clients may also stay in clear
  bool tickets = false;        // clients that were there before may resume
  std::string ticket_secret_file;  // empty: a secret of this process alone
  bool operator==(const TlsOptions&) const = default;
};

inline bool verifies_clients(const TlsOptions& options) {
  return options.verify || options.verify_and_map;
}

}  // namespace antiphon
