// The key that a client proved to hold, kept so that a reload can look its user up again.
//
// WHY not the signature: the proof was made once, for this connection; that does not change.
#pragma once

#include <memory>
#include <string>

#include "broker/auth/login.h"
#include "protocol/nats/nkey.h"

namespace antiphon {

class NkeyRecord final : public LoginRecord {
 public:
  explicit NkeyRecord(const Ed25519PublicKey& key) : key_(key) {}
  std::unique_ptr<LoginRecord> copy() const override { return std::make_unique<NkeyRecord>(*this); }

  // As configurations write it: "U...".
  std::string nkey() const { return encode_nkey(NkeyPrefix::kUser, key_); }

 private:
  Ed25519PublicKey key_;
};

}  // namespace antiphon
