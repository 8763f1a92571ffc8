// Who asks: the name a request carries and the key that proves it, in either version of the protocol.
#pragma once

#include <absl/status/statusor.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/bytes/ed25519.h"
#include "protocol/choria/certificate.h"
#include "protocol/choria/request.h"
#include "protocol/choria/request_v2.h"
#include "protocol/choria/transport.h"

namespace antiphon::fleet {

struct Caller {
  std::string caller_id;  // choria=NAME, or what the token says
  std::string sender;     // this host
  // Version 1.
  std::string certificate_pem;
  std::optional<choria::RsaKey> key;  // none: requests are not signed
  // Version 2: both or neither.
  std::string token;
  std::shared_ptr<const Ed25519Seed> seed;

  bool has_token() const { return seed != nullptr; }
  choria::TransportVersion version() const {
    return has_token() ? choria::TransportVersion::kV2 : choria::TransportVersion::kV1;
  }
};

// A caller that signs with this certificate and key, under the certificate's common name unless
// another is given.
absl::StatusOr<Caller> signing_caller(const std::string& certificate_file,
                                      const std::string& key_file, const std::string& certname);

// A caller that does not sign: for networks that run without protocol security. The name is
// USER.mcollective unless another is given.
Caller unsigned_caller(const std::string& certname);

// A caller of version 2. The error says why nodes would not take requests that are made with this
// token: it is no client's, has ended, may not manage the fleet, or the seed is another one's.
absl::StatusOr<Caller> token_caller(std::string token, Ed25519Seed seed, int64_t now_unix_s);

// 32 hexadecimal letters that nobody else has: a random UUID without its dashes.
std::string new_request_id();

// What a transport has beside the request: where replies go, hops and federation data.
struct RequestRoute {
  std::string reply_to;
  std::vector<choria::Hop> hops;
  std::optional<choria::Federation> federation;
};

// The payload to publish: the request in its secure envelope in its transport.
absl::StatusOr<std::string> request_payload(const Caller& caller, const choria::Request& request,
                                            const RequestRoute& route);
absl::StatusOr<std::string> request_payload(const Caller& caller, const choria::Request& request,
                                            std::string_view reply_to);
// The same of version 2. REQUIRES: the caller has a token.
std::string request_payload(const Caller& caller, const choria::RequestV2& request,
                            const RequestRoute& route);

}  // namespace antiphon::fleet
