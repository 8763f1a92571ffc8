// The way from a certificate that a peer has shown to an authority of a context.
//
// WHY: a connection keeps what was shown and not the way: a handshake whose chain was known looks for none
// (verified_chains.h). Few ask for it: an auth callout service, and a reload that takes an authority away.
// MODEL: certificates may have ended meanwhile; whether they had not was for the handshake to see.
// SHARD: any. It costs a public-key operation for each certificate.
#pragma once

#include <openssl/types.h>

#include <memory>
#include <span>
#include <vector>

namespace antiphon {

struct FreeX509 {
  void operator()(X509* certificate) const;
};
using X509Ptr = std::unique_ptr<X509, FreeX509>;

// `beside`: what was shown with it. The certificate first, the first one that the context holds last; empty: none
// of its authorities vouches for it.
std::vector<X509Ptr> trusted_chain(const SSL_CTX* context, X509* certificate,
                                   std::span<X509* const> beside);

}  // namespace antiphon
