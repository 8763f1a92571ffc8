// The nonce of a connection: what a client signs to prove that it holds a key.
//
// WHY derived and not stored: a fleet has a hundred thousand idle connections, and a nonce is of use
// to each of them once. It is a keyed hash of the connection's number under a secret of this
// process: nobody can foresee it, no two connections share one, and nothing has to be kept.
// SHARD: any; immutable.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "broker/runtime/strong_id.h"

namespace antiphon {

inline constexpr size_t kNonceBytes = 11;      // as nats-server's
inline constexpr size_t kNonceTextBytes = 15;  // base64url without padding

class NonceSource {
 public:
  static constexpr size_t kSecretBytes = 32;
  using Secret = std::array<uint8_t, kSecretBytes>;

  explicit NonceSource(const Secret& secret) : secret_(secret) {}
  // By a random secret that is drawn once and lasts as long as the process.
  static const NonceSource& of_this_process();

  // kNonceTextBytes letters, always the same for the same connection.
  std::string nonce_of(ClientId client) const;

 private:
  const Secret secret_;
};

}  // namespace antiphon
