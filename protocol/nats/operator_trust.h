// Which keys may sign the JWTs of accounts: those of the operators that the broker trusts.
//
// SHARD: any; immutable once it is handed out.
#pragma once

#include <absl/container/flat_hash_set.h>

#include "protocol/nats/claims.h"

namespace antiphon {

class OperatorTrust {
 public:
  // Its signing keys and, unless it is strict, its own.
  void add(const OperatorClaims& claims);
  // Of an operator whose JWT is not there.
  void add(const Ed25519PublicKey& key) { keys_.insert(key); }

  bool trusts(const Ed25519PublicKey& issuer) const { return keys_.contains(issuer); }
  // Whether it belongs to an operator whose accounts sign nothing with their own keys either.
  bool is_strict(const Ed25519PublicKey& issuer) const { return strict_.contains(issuer); }

  bool operator==(const OperatorTrust&) const = default;

 private:
  absl::flat_hash_set<Ed25519PublicKey> keys_;
  absl::flat_hash_set<Ed25519PublicKey> strict_;  // a part of keys_
};

}  // namespace antiphon
