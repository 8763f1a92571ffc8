#include "broker/net/verified_chains.h"

#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <time.h>

#include <algorithm>
#include <limits>
#include <vector>

namespace antiphon {
namespace {

constexpr size_t kDigestBytes = std::tuple_size_v<VerifiedChains::Digest>;

bool append_digest(const X509* certificate, std::vector<unsigned char>& digests) {
  const size_t before = digests.size();
  digests.resize(before + kDigestBytes);
  unsigned bytes = 0;
  return ::X509_digest(certificate, ::EVP_sha256(), digests.data() + before, &bytes) == 1;
}

// Of the certificate and of those shown with it, in their order.
std::optional<VerifiedChains::Digest> digest_of_shown(X509_STORE_CTX* store) {
  const X509* certificate = ::X509_STORE_CTX_get0_cert(store);
  std::vector<unsigned char> digests;
  if (certificate == nullptr || !append_digest(certificate, digests)) return std::nullopt;
  const STACK_OF(X509)* others = ::X509_STORE_CTX_get0_untrusted(store);
  for (int i = 0; i < sk_X509_num(others); ++i) {
    if (!append_digest(sk_X509_value(others, i), digests)) return std::nullopt;
  }
  VerifiedChains::Digest digest;
  unsigned bytes = 0;
  const bool done = ::EVP_Digest(digests.data(), digests.size(), digest.data(), &bytes,
                                 ::EVP_sha256(), nullptr) == 1;
  return done ? std::optional(digest) : std::nullopt;
}

// When the first certificate of the checked chain ends; 0 when that cannot be told.
int64_t not_after_of(X509_STORE_CTX* store) {
  const STACK_OF(X509)* chain = ::X509_STORE_CTX_get0_chain(store);
  int64_t first = std::numeric_limits<int64_t>::max();
  for (int i = 0; i < sk_X509_num(chain); ++i) {
    tm end{};
    if (::ASN1_TIME_to_tm(::X509_get0_notAfter(sk_X509_value(chain, i)), &end) != 1) return 0;
    first = std::min(first, static_cast<int64_t>(::timegm(&end)));
  }
  return sk_X509_num(chain) > 0 ? first : 0;
}

}  // namespace

void VerifiedChains::serve(SSL_CTX* context) {
  ::SSL_CTX_set_cert_verify_callback(context, &VerifiedChains::check, this);
}

int VerifiedChains::check(X509_STORE_CTX* store, void* chains) {
  auto& known = *static_cast<VerifiedChains*>(chains);
  const int64_t now_s = ::time(nullptr);
  const std::optional<Digest> digest = digest_of_shown(store);
  const std::optional<TrustAnchor> before = digest ? known.anchor_of(*digest, now_s) : std::nullopt;
  if (before) {
    keep_trust_anchor(store, *before);
    ::X509_STORE_CTX_set_error(store, X509_V_OK);
    return 1;
  }
  const int good = ::X509_verify_cert(store);
  if (good != 1 || ::X509_STORE_CTX_get_error(store) != X509_V_OK) return good;
  const TrustAnchor anchor = trust_anchor_of(store);
  keep_trust_anchor(store, anchor);
  if (digest) known.remember(*digest, anchor, now_s, not_after_of(store));
  return good;
}

std::optional<TrustAnchor> VerifiedChains::anchor_of(const Digest& chain, int64_t now_s) {
  const std::lock_guard lock(lock_);
  auto found = recent_.find(chain);
  const bool is_recent = found != recent_.end();
  if (!is_recent) {
    found = older_.find(chain);
    if (found == older_.end()) return std::nullopt;
  }
  const Verified verified = found->second;
  if (now_s < verified.from_s || now_s > verified.until_s) {
    (is_recent ? recent_ : older_).erase(found);
    return std::nullopt;
  }
  if (!is_recent) add(chain, verified);
  return verified.anchor;
}

void VerifiedChains::remember(const Digest& chain, TrustAnchor anchor, int64_t now_s,
                              int64_t not_after_s) {
  if (not_after_s < now_s) return;
  const std::lock_guard lock(lock_);
  add(chain, {anchor, now_s, not_after_s});
}

void VerifiedChains::add(const Digest& chain, const Verified& verified) {
  if (recent_.size() >= std::max<size_t>(1, most_ / 2)) {
    older_ = std::move(recent_);
    recent_ = {};
  }
  recent_.insert_or_assign(chain, verified);
}

size_t VerifiedChains::size() const {
  const std::lock_guard lock(lock_);
  return recent_.size() + older_.size();
}

}  // namespace antiphon
