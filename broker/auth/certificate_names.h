// The names in a client's certificate, in the order in which they are looked for among the users.
//
// INVARIANTS: a name with a NUL or another control character in it is none. A subject with an
// attribute that we have no word for is no subject: what is not understood must not be ignored.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "broker/auth/peer_certificate.h"
#include "protocol/nats/distinguished_name.h"

namespace antiphon {

struct CertificateNames {
  std::vector<std::string> alternatives;  // mail addresses, then DNS names, then URIs
  std::optional<DistinguishedName> subject;
};

CertificateNames names_of(const PeerCertificate& certificate);

// SHA-256 of the certificate's public key (SubjectPublicKeyInfo), lower-case hexadecimal; empty when
// there is no certificate.
std::string key_hash_of(const PeerCertificate& certificate);

}  // namespace antiphon
