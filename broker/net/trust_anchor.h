// The authority that a client's certificate was traced to, as a number that is kept with its connection.
//
// WHY: a reload can take an authority out of the settings; who came by it has to go, and who came by
// another one stays. Checking all chains again would cost a fleet's worth of public-key operations.
// MODEL: the first certificate of the verified chain that the settings hold, by its name and its key: a
// root or an intermediate that was renewed with the same key is the same authority. The number is part
// of OpenSSL's session, so that a ticket brings it back (8 bytes for each connection).
#pragma once

#include <absl/container/flat_hash_set.h>
#include <openssl/types.h>

#include <cstdint>
#include <optional>

namespace antiphon {

// 64 bits of a digest: the same in every process. 0: not known.
using TrustAnchor = uint64_t;

TrustAnchor trust_anchor_of(const X509* authority);
// Of a chain that was just found good.
TrustAnchor trust_anchor_of(X509_STORE_CTX* verified);

// Kept with a connection; during its handshake that is the one which `verified` is about.
void keep_trust_anchor(SSL* connection, TrustAnchor anchor);
void keep_trust_anchor(X509_STORE_CTX* verified, TrustAnchor anchor);
TrustAnchor kept_trust_anchor(const SSL* connection);

// All authorities of a context.
absl::flat_hash_set<TrustAnchor> trust_anchors_of(const SSL_CTX* context);

// Which of the context's authorities vouches for the certificate that the client of a connection has
// shown, whenever they may end; nothing if none does.
std::optional<TrustAnchor> find_trust_anchor(const SSL_CTX* context, const SSL* client);

}  // namespace antiphon
