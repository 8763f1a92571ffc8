#include "broker/net/trust_anchor.h"

#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

#include <algorithm>
#include <cstring>
#include <vector>

#include "broker/net/trusted_chain.h"

namespace antiphon {
namespace {

// Appends what i2d_* writes. Returns whether it did.
template <class Encode, class Object>
bool append_der(Encode encode, const Object* object, std::vector<unsigned char>& out) {
  const int bytes = encode(object, nullptr);
  if (bytes <= 0) return false;
  const size_t before = out.size();
  out.resize(before + static_cast<size_t>(bytes));
  unsigned char* end = out.data() + before;
  return encode(object, &end) == bytes;
}

}  // namespace

TrustAnchor trust_anchor_of(const X509* authority) {
  std::vector<unsigned char> name_and_key;
  unsigned char digest[EVP_MAX_MD_SIZE];
  const bool done =
      append_der(&::i2d_X509_NAME, ::X509_get_subject_name(authority), name_and_key) &&
      append_der(&::i2d_X509_PUBKEY, ::X509_get_X509_PUBKEY(authority), name_and_key) &&
      ::EVP_Digest(name_and_key.data(), name_and_key.size(), digest, nullptr, ::EVP_sha256(),
                   nullptr) == 1;
  TrustAnchor anchor = 0;
  if (done) std::memcpy(&anchor, digest, sizeof anchor);
  return anchor;
}

TrustAnchor trust_anchor_of(X509_STORE_CTX* verified) {
  const STACK_OF(X509)* chain = ::X509_STORE_CTX_get0_chain(verified);
  const int last = sk_X509_num(chain) - 1;
  if (last < 0) return 0;
  const int first_held = ::X509_STORE_CTX_get_num_untrusted(verified);
  return trust_anchor_of(sk_X509_value(chain, std::clamp(first_held, 0, last)));
}

void keep_trust_anchor(SSL* connection, TrustAnchor anchor) {
  SSL_SESSION* session = ::SSL_get_session(connection);
  if (session == nullptr || anchor == 0) return;
  // Without memory it is not known, and the chain is checked when that matters.
  (void)::SSL_SESSION_set1_ticket_appdata(session, &anchor, sizeof anchor);
}

void keep_trust_anchor(X509_STORE_CTX* verified, TrustAnchor anchor) {
  const int index = ::SSL_get_ex_data_X509_STORE_CTX_idx();
  auto* connection = static_cast<SSL*>(::X509_STORE_CTX_get_ex_data(verified, index));
  if (connection != nullptr) keep_trust_anchor(connection, anchor);
}

TrustAnchor kept_trust_anchor(const SSL* connection) {
  SSL_SESSION* session = ::SSL_get_session(connection);
  void* kept = nullptr;
  size_t bytes = 0;
  TrustAnchor anchor = 0;
  if (session == nullptr || ::SSL_SESSION_get0_ticket_appdata(session, &kept, &bytes) != 1) return 0;
  if (kept != nullptr && bytes == sizeof anchor) std::memcpy(&anchor, kept, sizeof anchor);
  return anchor;
}

absl::flat_hash_set<TrustAnchor> trust_anchors_of(const SSL_CTX* context) {
  absl::flat_hash_set<TrustAnchor> anchors;
  // Nobody else has the context yet, so its store is not locked.
  const STACK_OF(X509_OBJECT)* objects =
      ::X509_STORE_get0_objects(::SSL_CTX_get_cert_store(context));
  for (int i = 0; i < sk_X509_OBJECT_num(objects); ++i) {
    const X509* authority = ::X509_OBJECT_get0_X509(sk_X509_OBJECT_value(objects, i));
    if (authority != nullptr) anchors.insert(trust_anchor_of(authority));
  }
  anchors.erase(TrustAnchor{0});
  return anchors;
}

std::optional<TrustAnchor> find_trust_anchor(const SSL_CTX* context, const SSL* client) {
  std::vector<X509*> beside;
  const STACK_OF(X509)* shown = ::SSL_get_peer_cert_chain(client);
  for (int i = 0; i < sk_X509_num(shown); ++i) beside.push_back(sk_X509_value(shown, i));
  const auto chain = trusted_chain(context, ::SSL_get0_peer_certificate(client), beside);
  return chain.empty() ? std::nullopt : std::optional(trust_anchor_of(chain.back().get()));
}

}  // namespace antiphon
