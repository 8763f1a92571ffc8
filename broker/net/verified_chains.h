// Client certificates whose chain was found good before, so that a fleet that comes back is not
// checked against the authorities all over again.
//
// WHY: building and checking a chain is a public-key operation and a search among the authorities,
// and the answer is the same each time. That the client holds the certificate's key is still
// proven in every handshake.
// MODEL: a digest of all certificates shown, when the first certificate of the chain ends, and the
// authority it was traced to; after that end, or when the clock was set back, the chain is checked anew. Only good chains are kept.
// Settings with other authorities make another TlsContext, which begins with none.
// SHARD: any (the handshake threads); one lock. LIMITS: kChainsMax; the half that was not used for
// longest goes first.
#pragma once

#include <absl/container/flat_hash_map.h>
#include <openssl/types.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <mutex>
#include <optional>

#include "broker/net/trust_anchor.h"

namespace antiphon {

class VerifiedChains {
 public:
  static constexpr size_t kChainsMax = 65'536;
  using Digest = std::array<unsigned char, 32>;  // SHA-256

  explicit VerifiedChains(size_t most = kChainsMax) : most_(most) {}

  // From now on `context` asks here before it checks a peer's chain. Must outlive its handshakes.
  void serve(SSL_CTX* context);

  // Times in seconds since 1970. Nothing: not known, or not any more.
  std::optional<TrustAnchor> anchor_of(const Digest& chain, int64_t now_s);
  void remember(const Digest& chain, TrustAnchor anchor, int64_t now_s, int64_t not_after_s);
  size_t size() const;

 private:
  struct Verified {
    TrustAnchor anchor;
    int64_t from_s;
    int64_t until_s;
  };
  struct DigestHash {
    size_t operator()(const Digest& digest) const {
      size_t hash = 0;
      std::memcpy(&hash, digest.data(), sizeof hash);
      return hash;
    }
  };
  using Chains = absl::flat_hash_map<Digest, Verified, DigestHash>;

  static int check(X509_STORE_CTX* store, void* chains);
  void add(const Digest& chain, const Verified& verified);

  const size_t most_;
  mutable std::mutex lock_;
  Chains recent_;
  Chains older_;
};

}  // namespace antiphon
