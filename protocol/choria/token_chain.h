// The chain of trust of an organization: its issuer appoints chain issuers, which sign for others.
//
// MODEL: O is the organization's key. A chain issuer C has a client token signed by O whose issuer
// is `I-{O}` and whose tcs is O's signature over `{C's id}.{C's key}`. A token U that C signs has
// the issuer `C-{C's id}.{C's key}`, C's expiry as issexp, and the tcs `{C's tcs}.{C's signature
// over "{U's id}.{C's tcs}"}`; all signatures in hexadecimal.
// WHY both halves: the first proves that O appointed C's key, the second that C made U. Without the
// first anyone could appoint himself.
// LIMITS: one issuer between organization and token. issexp is C's own word: O does not sign it.
// Who has lost trust in C before then must change O.
#pragma once

#include <absl/status/status.h>

#include <string_view>

#include "protocol/bytes/ed25519.h"
#include "protocol/choria/token_claims.h"
#include "protocol/choria/token_fault.h"

namespace antiphon::choria {

// Whether the claims say that a chain issuer signed the token.
bool is_chained(const StandardClaims& claims);

// Whether organization appointed the token of these claims as a chain issuer.
[[nodiscard]] bool is_chain_issuer(const StandardClaims& claims,
                                   const Ed25519PublicKey& organization);

// For chained claims: checks what leads from organization to them. signer is then the key that must
// have signed the token itself. Times are not looked at.
[[nodiscard]] TokenFault verify_chain(const StandardClaims& claims,
                                      const Ed25519PublicKey& organization,
                                      Ed25519PublicKey& signer);

// Makes the token of these claims a chain issuer; it needs an id and a public key.
absl::Status appoint_chain_issuer(const Ed25519Seed& organization, StandardClaims& claims);

// Issues claims in the name of issuer, whose public key must be the seed's. An end after the
// issuer's is brought forward to it.
absl::Status chain_to_issuer(const StandardClaims& issuer, const Ed25519Seed& issuer_seed,
                             StandardClaims& claims);

}  // namespace antiphon::choria
