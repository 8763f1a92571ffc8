#include "broker/net/tls_context.h"

#include <absl/strings/str_cat.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <time.h>

#include <fstream>
#include <sstream>

#include "broker/net/session_tickets.h"
#include "broker/net/tls_library.h"
#include "broker/net/tls_socket.h"

namespace antiphon {
namespace {

using ContextPtr = std::unique_ptr<SSL_CTX, decltype(&::SSL_CTX_free)>;

absl::Status failure(std::string what, const std::string& file) {
  return absl::InvalidArgumentError(absl::StrCat(what, " ", file, ": ", take_openssl_errors()));
}

bool asks_for_certificate(const TlsSettings& settings) {
  return settings.verify || settings.verify_if_given;
}

using KeyPtr = std::unique_ptr<EVP_PKEY, decltype(&::EVP_PKEY_free)>;

// Nobody is there to type a passphrase.
int no_passphrase(char*, int, int, void*) { return -1; }

KeyPtr read_key(const std::string& file) {
  const std::unique_ptr<BIO, decltype(&::BIO_free)> in(::BIO_new_file(file.c_str(), "r"),
                                                       &::BIO_free);
  EVP_PKEY* key = in == nullptr
                      ? nullptr
                      : ::PEM_read_bio_PrivateKey(in.get(), nullptr, &no_passphrase, nullptr);
  return {key, &::EVP_PKEY_free};
}

absl::Status load_identity(SSL_CTX* context, const TlsSettings& settings) {
  if (settings.cert_file.empty()) return absl::OkStatus();
  if (::SSL_CTX_use_certificate_chain_file(context, settings.cert_file.c_str()) != 1) {
    return failure("cannot use certificate file", settings.cert_file);
  }
  const KeyPtr key = read_key(settings.key_file);
  if (key == nullptr || ::SSL_CTX_use_PrivateKey(context, key.get()) != 1) {
    return failure("cannot use key file", settings.key_file);
  }
  if (::SSL_CTX_check_private_key(context) != 1) {
    return failure("the key does not belong to the certificate:", settings.key_file);
  }
  return absl::OkStatus();
}

absl::Status load_authorities(SSL_CTX* context, const TlsSettings& settings, bool is_server) {
  if (settings.ca_file.empty()) {
    if (::SSL_CTX_set_default_verify_paths(context) == 1) return absl::OkStatus();
    return failure("cannot use the system's certificate authorities", "");
  }
  if (::SSL_CTX_load_verify_locations(context, settings.ca_file.c_str(), nullptr) != 1) {
    return failure("cannot use CA file", settings.ca_file);
  }
  // What stands there is trusted by itself, also one that another authority has signed, as in Go.
  ::X509_STORE_set_flags(::SSL_CTX_get_cert_store(context), X509_V_FLAG_PARTIAL_CHAIN);
  if (is_server && asks_for_certificate(settings)) {
    STACK_OF(X509_NAME)* names = ::SSL_load_client_CA_file(settings.ca_file.c_str());
    if (names == nullptr) return failure("cannot use CA file", settings.ca_file);
    ::SSL_CTX_set_client_CA_list(context, names);  // takes ownership
  }
  return absl::OkStatus();
}

absl::Status set_ciphers(SSL_CTX* context, const TlsSettings& settings) {
  if (!settings.ciphers_tls13.empty() &&
      ::SSL_CTX_set_ciphersuites(context, settings.ciphers_tls13.c_str()) != 1) {
    return failure("unknown TLS 1.3 cipher suite in", settings.ciphers_tls13);
  }
  if (!settings.ciphers_tls12.empty() &&
      ::SSL_CTX_set_cipher_list(context, settings.ciphers_tls12.c_str()) != 1) {
    return failure("unknown cipher suite in", settings.ciphers_tls12);
  }
  if (!settings.groups.empty() &&
      ::SSL_CTX_set1_groups_list(context, settings.groups.c_str()) != 1) {
    return failure("unknown curve in", settings.groups);
  }
  return absl::OkStatus();
}

// What a client must show: other authorities make other tickets.
std::string trust_of(const TlsSettings& settings) {
  std::ifstream file(settings.ca_file, std::ios::binary);
  std::ostringstream authorities;
  authorities << file.rdbuf();
  const char* who = settings.verify ? "verified " : settings.verify_if_given ? "some " : "anyone ";
  return absl::StrCat(who, authorities.str());
}

absl::StatusOr<ContextPtr> make(const TlsSettings& settings, bool is_server) {
  ::ERR_clear_error();
  const SSL_METHOD* method = is_server ? ::TLS_server_method() : ::TLS_client_method();
  ContextPtr context(::SSL_CTX_new_ex(tls_library(), nullptr, method), &::SSL_CTX_free);
  if (context == nullptr) return failure("cannot make a TLS context", "");
  ::SSL_CTX_set_min_proto_version(context.get(),
                                  settings.tls13_only ? TLS1_3_VERSION : TLS1_2_VERSION);
  // The certificates that are shown are those of the file, as Go's servers and clients do it;
  // OpenSSL would add the authorities it knows, and each costs the other side 3 KB.
  ::SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE |
                                        SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                        SSL_MODE_RELEASE_BUFFERS | SSL_MODE_NO_AUTO_CHAIN);
  ::SSL_CTX_set_options(context.get(),
                        SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  ::SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  ::SSL_CTX_set_num_tickets(context.get(), 0);
  // One read takes a whole record with its header instead of two system calls.
  ::SSL_CTX_set_read_ahead(context.get(), 1);
  for (const absl::Status& status : {load_identity(context.get(), settings),
                                     load_authorities(context.get(), settings, is_server),
                                     set_ciphers(context.get(), settings)}) {
    if (!status.ok()) return status;
  }
  if (is_server) ::SSL_CTX_set_max_cert_list(context.get(), kPeerChainBytesMax);
  if (is_server && settings.ticket_keys != nullptr) {
    const absl::Status status =
        enable_session_tickets(context.get(), *settings.ticket_keys, trust_of(settings));
    if (!status.ok()) return status;
  }
  const bool check_peer = is_server ? asks_for_certificate(settings) : !settings.insecure;
  int mode = check_peer ? SSL_VERIFY_PEER : SSL_VERIFY_NONE;
  if (is_server && settings.verify) mode |= SSL_VERIFY_FAIL_IF_NO_PEER_CERT;
  ::SSL_CTX_set_verify(context.get(), mode, nullptr);
  return context;
}

}  // namespace

TlsContext::TlsContext(SSL_CTX* context, bool is_server, const TlsSettings& settings)
    : context_(context),
      is_server_(is_server),
      verify_(is_server && asks_for_certificate(settings)),
      ticket_keys_(settings.ticket_keys) {
  if (!verify_) return;
  verified_ = std::make_unique<VerifiedChains>();
  verified_->serve(context_);
  anchors_ = trust_anchors_of(context_);
}

absl::StatusOr<std::shared_ptr<const TlsContext>> TlsContext::server(const TlsSettings& settings) {
  absl::StatusOr<ContextPtr> context = make(settings, true);
  if (!context.ok()) return context.status();
  return std::shared_ptr<const TlsContext>(new TlsContext(context->release(), true, settings));
}

absl::StatusOr<std::shared_ptr<const TlsContext>> TlsContext::client(const TlsSettings& settings) {
  absl::StatusOr<ContextPtr> context = make(settings, false);
  if (!context.ok()) return context.status();
  return std::shared_ptr<const TlsContext>(new TlsContext(context->release(), false, settings));
}

TlsContext::~TlsContext() {
  ::SSL_CTX_free(context_);
}

int64_t TlsContext::certificate_not_after_ns() const {
  const X509* certificate = ::SSL_CTX_get0_certificate(context_);
  if (certificate == nullptr) return 0;
  tm end{};
  if (::ASN1_TIME_to_tm(::X509_get0_notAfter(certificate), &end) != 1) return 0;
  return static_cast<int64_t>(::timegm(&end)) * 1'000'000'000;
}

bool TlsContext::holds_authority_of(const SSL* connection) const {
  return !verify_ || verified_certificate_of(connection) == nullptr ||
         anchors_.contains(kept_trust_anchor(connection));
}

bool TlsContext::still_believes(SSL* connection) const {
  if (holds_authority_of(connection)) return true;
  // Another authority may vouch for the same certificate.
  const auto other = find_trust_anchor(context_, connection);
  if (other) keep_trust_anchor(connection, *other);
  return other.has_value();
}

SSL* TlsContext::new_connection(int descriptor) const {
  SSL* connection = ::SSL_new(context_);
  if (connection == nullptr) return nullptr;
  BIO* socket = new_tls_socket(descriptor);
  if (socket == nullptr) {
    ::SSL_free(connection);
    return nullptr;
  }
  ::SSL_set_bio(connection, socket, socket);  // takes it
  if (is_server_) {
    ::SSL_set_accept_state(connection);
  } else {
    ::SSL_set_connect_state(connection);
  }
  return connection;
}

X509* verified_certificate_of(const SSL* connection) {
  const bool is_verified = (::SSL_get_verify_mode(connection) & SSL_VERIFY_PEER) != 0 &&
                           ::SSL_get_verify_result(connection) == X509_V_OK;
  return is_verified ? ::SSL_get0_peer_certificate(connection) : nullptr;
}

std::string take_openssl_errors() {
  std::string text;
  while (const unsigned long code = ::ERR_get_error()) {
    const char* reason = ::ERR_reason_error_string(code);
    if (!text.empty()) text += "; ";
    text += reason != nullptr ? reason : "unknown error";
  }
  return text.empty() ? "no reason given" : text;
}

}  // namespace antiphon
