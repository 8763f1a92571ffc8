// What a server asks an auth callout service about one client, and whether the answer may be believed.
//
// MODEL: ask() makes a question about a client: a request that this server signs, with a user's key
// made for it alone. open() looks at what came back: an answer must be signed by who may, be about
// that key, be meant for this server, and not be too old; for one that is sealed the seal is proof
// enough, as in the reference. What it says about the client is then a user's JWT, which the
// authenticator judges like any other.
// INVARIANTS: whatever is missing, malformed or unsigned is a refusal. SHARD: any; immutable.
// SEE: nats-server's auth_callout.go for the fields; docs/security.md.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "broker/auth/login.h"
#include "broker/auth/server_identity.h"
#include "protocol/nats/authorization_request.h"
#include "protocol/nats/claims.h"

namespace antiphon {

// A question on its way. SECRETS: `payload` holds what the client wrote in CONNECT.
struct CalloutQuestion {
  AccountId account;        // whose service is asked
  std::string payload;      // header block and JWT
  uint32_t header_bytes = 0;
  Ed25519PublicKey user_key{};   // what the answer must be about
  Ed25519PublicKey asked_for{};  // operator mode: the account whose service is asked
  std::optional<XkeyPublic> sealed_for;  // the service's key
  std::string shown;        // the client's name, unless the answer gives it one
  // What it would be granted if there were no service; nothing: it would be refused. Not kept while it waits.
  std::optional<Grant> known_as;
};

// Whose service is asked, and what it is told beyond what the client said.
struct CalloutAddress {
  AccountId account;
  std::string subject;  // nkey of who decides
  Ed25519PublicKey asked_for{};
  std::optional<XkeyPublic> seal_for;
  std::string user;     // who the client is known to be; empty: who it says it is
  std::vector<std::string> tags;
  std::string name_tag;
};

class CalloutExchange {
 public:
  CalloutExchange(AuthorizationRequest::Server server, std::shared_ptr<const ServerIdentity> identity,
                  int64_t timeout_ms);

  // Null when it cannot be sealed.
  std::unique_ptr<CalloutQuestion> ask(const CalloutAddress& address, const ConnectOptions& options,
                                       const ConnectionFacts& facts) const;

  // The user's JWT of an answer; else `fault` says what is wrong with it. `is_signer` tells who may
  // sign answers.
  using IsSigner = std::function<bool(const AuthorizationResponseClaims&)>;
  std::optional<UserClaims> open(const CalloutQuestion& question, std::string_view answer,
                                 int64_t wall_ns, const IsSigner& is_signer,
                                 std::string& fault) const;

 private:
  std::unique_ptr<CalloutQuestion> sealed(std::unique_ptr<CalloutQuestion> question,
                                          const std::string& xkey) const;

  const AuthorizationRequest::Server server_;
  const std::shared_ptr<const ServerIdentity> identity_;
  const int64_t timeout_ms_;
};

}  // namespace antiphon
