// Who asks: the name a request carries and the key that proves it.
#pragma once

#include <absl/status/statusor.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/choria/certificate.h"
#include "protocol/choria/request.h"
#include "protocol/choria/transport.h"

namespace antiphon::fleet {

struct Caller {
  std::string caller_id;  // choria=NAME
  std::string sender;     // this host
  std::string certificate_pem;
  std::optional<choria::RsaKey> key;  // none: requests are not signed
};

// A caller that signs with this certificate and key, under the certificate's common name unless
// another is given.
absl::StatusOr<Caller> signing_caller(const std::string& certificate_file,
                                      const std::string& key_file, const std::string& certname);

// A caller that does not sign: for networks that run without protocol security. The name is
// USER.mcollective unless another is given.
Caller unsigned_caller(const std::string& certname);

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

}  // namespace antiphon::fleet
