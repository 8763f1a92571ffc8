// The keys by which this process proves to a service that it is the one that asks.
//
// MODEL: drawn once when the server starts and gone with it, as nats-server does: INFO tells the
// public ones. SHARD: any; immutable. SECRETS: never shown or written.
#pragma once

#include <string>

#include "protocol/nats/nkey.h"
#include "protocol/nats/xkey.h"

namespace antiphon {

struct ServerIdentity {
  ServerIdentity() : id(encode_nkey(NkeyPrefix::kServer, seed.public_key())) {}

  const Ed25519Seed seed = Ed25519Seed::random();
  const std::string id;  // "N...", INFO's server_id
  const XkeySeed xkey = XkeySeed::random();  // what services seal their answers for
};

}  // namespace antiphon
