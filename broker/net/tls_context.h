// The TLS settings of a listener or of a client: certificates, authorities, versions, ciphers.
//
// WHY no session cache, and tickets only where they are asked for: the client libraries of a fleet do
// not resume, and two tickets would cost a third of a handshake (docs/performance.md).
// SHARD: any; immutable once made (OpenSSL counts references itself).
#pragma once

#include <absl/status/statusor.h>
#include <openssl/types.h>

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "broker/net/ticket_keys.h"
#include "broker/net/trust_anchor.h"
#include "broker/net/trusted_chain.h"
#include "broker/net/verified_chains.h"

namespace antiphon {

// Of the certificates that a client shows to a server; a chain of five takes less than half of it.
inline constexpr long kPeerChainBytesMax = 12 * 1024;

struct TlsSettings {
  std::string cert_file;  // PEM, the certificate first, then its chain
  std::string key_file;   // PEM
  std::string ca_file;    // PEM bundle that peers' certificates are checked against
  bool verify = false;    // servers: a client certificate is required and must verify
  bool verify_if_given = false;  // servers: a client may show one, which must verify then
  bool insecure = false;  // clients: do not check the server's certificate
  bool tls13_only = false;  // TLS 1.2 is not offered
  // OpenSSL's own notation; empty: its defaults.
  std::string ciphers_tls12;
  std::string ciphers_tls13;
  std::string groups;
  // Servers: what tickets are sealed with; null: clients cannot resume.
  std::shared_ptr<const TicketKeys> ticket_keys;
};

class TlsContext {
 public:
  // The error names the file that could not be used and why.
  static absl::StatusOr<std::shared_ptr<const TlsContext>> server(const TlsSettings& settings);
  static absl::StatusOr<std::shared_ptr<const TlsContext>> client(const TlsSettings& settings);

  ~TlsContext();
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;

  // A new connection's state over `descriptor` (not owned), ready to accept or connect.
  // Null when OpenSSL has no memory.
  SSL* new_connection(int descriptor) const;
  // Whether clients are asked for a certificate.
  bool verifies_clients() const { return verify_; }
  // Whether a client that was let in by earlier settings of this server would be believed by these. One
  // that was not asked for a certificate, or showed none, would.
  bool still_believes(SSL* connection) const;
  // Whether it does because the authority that vouched is still there: then no chain is checked.
  bool holds_authority_of(const SSL* connection) const;
  // By which certificates the authorities vouch for one that a client has shown, with `beside` (trusted_chain.h).
  std::vector<X509Ptr> chain_of(X509* certificate, std::span<X509* const> beside) const {
    return trusted_chain(context_, certificate, beside);
  }
  // How many chains of clients need not be checked again.
  size_t chains_known() const { return verified_ == nullptr ? 0 : verified_->size(); }
  // When the own certificate ends, in nanoseconds since 1970; 0 when there is none.
  int64_t certificate_not_after_ns() const;

 private:
  TlsContext(SSL_CTX* context, bool is_server, const TlsSettings& settings);

  SSL_CTX* const context_;
  const bool is_server_;
  const bool verify_;
  // The context points to both; whoever is in a handshake holds this object.
  const std::shared_ptr<const TicketKeys> ticket_keys_;
  std::unique_ptr<VerifiedChains> verified_;  // servers that verify
  absl::flat_hash_set<TrustAnchor> anchors_;  // likewise
};

// The certificate of a peer if the authorities vouched for it, else null. Not owned.
X509* verified_certificate_of(const SSL* connection);

// What the OpenSSL error queue says, oldest first, in one line; empties the queue.
std::string take_openssl_errors();

}  // namespace antiphon
