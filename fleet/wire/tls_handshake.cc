#include "fleet/wire/tls_handshake.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include <cerrno>
#include <cstring>

namespace antiphon::fleet {
namespace {

bool is_ip_address(const std::string& host) {
  in6_addr address;
  return ::inet_pton(AF_INET, host.c_str(), &address) == 1 ||
         ::inet_pton(AF_INET6, host.c_str(), &address) == 1;
}

bool expect_name(SSL* connection, const std::string& host) {
  if (is_ip_address(host)) {
    return ::X509_VERIFY_PARAM_set1_ip_asc(::SSL_get0_param(connection), host.c_str()) == 1;
  }
  return ::SSL_set1_host(connection, host.c_str()) == 1;
}

// Server name indication is for names only.
bool announce_name(SSL* connection, const std::string& host) {
  return is_ip_address(host) || ::SSL_set_tlsext_host_name(connection, host.c_str()) == 1;
}

std::string verification_error(SSL* connection) {
  const long result = ::SSL_get_verify_result(connection);
  if (result == X509_V_OK) return {};
  return std::string(" (") + ::X509_verify_cert_error_string(result) + ")";
}

}  // namespace

SslPtr begin_handshake(const TlsContext& context, int descriptor, const ServerEndpoint& server,
                       bool check_name) {
  ::ERR_clear_error();
  SslPtr connection(context.new_connection(descriptor));
  if (connection == nullptr) return nullptr;
  if (!announce_name(connection.get(), server.host)) return nullptr;
  if (check_name && !expect_name(connection.get(), server.host)) return nullptr;
  return connection;
}

HandshakeStep advance_handshake(SSL* connection, std::string& error) {
  ::ERR_clear_error();
  errno = 0;
  const int code = ::SSL_do_handshake(connection);
  if (code == 1) return HandshakeStep::kDone;
  const int system_error = errno;
  switch (::SSL_get_error(connection, code)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE:
      return HandshakeStep::kWaiting;
    case SSL_ERROR_ZERO_RETURN:
      return HandshakeStep::kClosed;
    case SSL_ERROR_SYSCALL:
      if (system_error == 0) return HandshakeStep::kClosed;
      error = std::strerror(system_error);
      return HandshakeStep::kFailed;
    default:
      break;
  }
  if (ERR_GET_REASON(::ERR_peek_error()) == SSL_R_UNEXPECTED_EOF_WHILE_READING) {
    return HandshakeStep::kClosed;
  }
  error = take_openssl_errors() + verification_error(connection);
  return HandshakeStep::kFailed;
}

}  // namespace antiphon::fleet
