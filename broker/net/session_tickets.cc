#include "broker/net/session_tickets.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <cstring>

#include "broker/net/tls_context.h"

namespace antiphon {
namespace {

// Where a context keeps its keys.
int keys_index() {
  static const int index = ::SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
  return index;
}

// OpenSSL asks for the keys of a ticket: to seal a new one, or those with this name (SSL_CTX_set_
// tlsext_ticket_key_evp_cb(3) has the meaning of the results).
int give_keys(SSL* connection, unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX* cipher,
              EVP_MAC_CTX* mac, int sealing) {
  constexpr int kError = -1;
  constexpr int kUnknown = 0;
  constexpr int kGood = 1;
  constexpr int kGoodButRenew = 2;
  const auto* keys_of_context = static_cast<const TicketKeys*>(
      ::SSL_CTX_get_ex_data(::SSL_get_SSL_CTX(connection), keys_index()));
  TicketKeys::Keys keys;
  bool renew = false;
  if (sealing != 0) {
    keys = keys_of_context->current();
    std::memcpy(name, keys.name.data(), keys.name.size());
    if (::RAND_bytes(iv, ::EVP_CIPHER_get_iv_length(::EVP_aes_256_cbc())) != 1) return kError;
  } else if (!keys_of_context->find(name, keys, renew)) {
    return kUnknown;
  }
  char digest[] = "SHA256";
  OSSL_PARAM parameters[] = {
      ::OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_KEY, keys.mac.data(), keys.mac.size()),
      ::OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
      ::OSSL_PARAM_construct_end()};
  if (::EVP_MAC_CTX_set_params(mac, parameters) != 1) return kError;
  if (::EVP_CipherInit_ex(cipher, ::EVP_aes_256_cbc(), nullptr, keys.cipher.data(), iv,
                          sealing) != 1) {
    return kError;
  }
  return renew ? kGoodButRenew : kGood;
}

SSL_TICKET_RETURN take_ticket(SSL*, SSL_SESSION* session, const unsigned char*, size_t,
                              SSL_TICKET_STATUS status, void*) {
  switch (status) {
    case SSL_TICKET_EMPTY:
    case SSL_TICKET_NO_DECRYPT: return SSL_TICKET_RETURN_IGNORE_RENEW;
    case SSL_TICKET_SUCCESS:
    case SSL_TICKET_SUCCESS_RENEW: break;
    default: return SSL_TICKET_RETURN_ABORT;
  }
  X509* client = ::SSL_SESSION_get0_peer(session);
  if (client != nullptr && ::X509_cmp_current_time(::X509_get0_notAfter(client)) <= 0) {
    return SSL_TICKET_RETURN_IGNORE_RENEW;
  }
  return status == SSL_TICKET_SUCCESS ? SSL_TICKET_RETURN_USE : SSL_TICKET_RETURN_USE_RENEW;
}

int look_at_hello(SSL* connection, int*, void*) {
  const unsigned char* modes = nullptr;
  size_t bytes = 0;
  const bool resumes =
      ::SSL_client_hello_get0_ext(connection, TLSEXT_TYPE_psk_kex_modes, &modes, &bytes) == 1;
  ::SSL_set_num_tickets(connection, resumes ? 1 : 0);
  return SSL_CLIENT_HELLO_SUCCESS;
}

}  // namespace

absl::Status enable_session_tickets(SSL_CTX* context, const TicketKeys& keys,
                                    const std::string& trust) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned bytes = 0;
  const bool done =
      ::EVP_Digest(trust.data(), trust.size(), digest, &bytes, ::EVP_sha256(), nullptr) == 1 &&
      ::SSL_CTX_set_session_id_context(context, digest, bytes) == 1 &&
      ::SSL_CTX_set_ex_data(context, keys_index(), const_cast<TicketKeys*>(&keys)) == 1 &&
      ::SSL_CTX_set_tlsext_ticket_key_evp_cb(context, &give_keys) == 1 &&
      ::SSL_CTX_set_session_ticket_cb(context, nullptr, &take_ticket, nullptr) == 1;
  if (!done) return absl::InternalError("cannot set up TLS tickets: " + take_openssl_errors());
  ::SSL_CTX_clear_options(context, SSL_OP_NO_TICKET);
  ::SSL_CTX_set_timeout(context, TicketKeys::kPeriodSeconds);
  ::SSL_CTX_set_num_tickets(context, 1);
  ::SSL_CTX_set_client_hello_cb(context, &look_at_hello, nullptr);
  return absl::OkStatus();
}

}  // namespace antiphon
