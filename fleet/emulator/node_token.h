// The token and the seed by which an emulated node logs in to a broker of Choria that knows its issuer.
//
// WHY each its own: that is what a broker checks and keeps of each node of a real fleet.
// SECRETS: seeds are drawn here and never leave the process.
#pragma once

#include <absl/status/statusor.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "fleet/wire/connect_line.h"
#include "protocol/bytes/ed25519.h"
#include "protocol/choria/token_key.h"

namespace CLI {
class App;
}

namespace antiphon::fleet {

using TokenIssuer = std::shared_ptr<const choria::TokenSigningKey>;

struct NodeToken {
  Ed25519Seed seed;
  std::string text;
};

// A server's token for a day, of the organization that is Choria's default one.
NodeToken make_node_token(const choria::TokenSigningKey& issuer, const std::string& identity,
                          const std::vector<std::string>& collectives, int64_t now_unix_s);

// As the node answers a broker's nonce.
Credentials credentials_by(const NodeToken& token, std::string_view nonce);

// The option that names the issuer's file; it is read when the command line is parsed.
void add_token_issuer_flag(CLI::App& command, TokenIssuer& issuer);

}  // namespace antiphon::fleet
