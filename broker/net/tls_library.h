// The part of OpenSSL that TLS contexts are made in: its default provider with few key decoders.
//
// WHY: OpenSSL 3.0 considers each of forty decoders, and in chains, before it reads the public key of
// a certificate that is shown: 80 us, where checking the client's signature takes 20.
// MODEL: a provider of our own hands on what the default one offers, but of the decoders only those of
// keys in certificates. A certificate with another kind of key (DSA, SM2) has none that can be read,
// and is refused. Private keys cannot be read here: read them with the default library, whose keys
// can be used in contexts of this one.
// THREADS: any; made at the first call, the same for the whole process, never freed.
// SEE: provider(7), OSSL_PROVIDER_add_builtin(3).
#pragma once

#include <openssl/types.h>

namespace antiphon {

// For SSL_CTX_new_ex(). Null, which is OpenSSL's own default, when it cannot be made.
OSSL_LIB_CTX* tls_library();

}  // namespace antiphon
