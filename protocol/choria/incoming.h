// A request as it arrives, opened through all its layers once, for any number of nodes.
//
// WHY: thousands of emulated nodes in one process receive the same broadcast. Opening it, checking
// its signature and preparing its filter once leaves a comparison and a reply per node.
// MODEL: open_request, then verify_request and is_fresh, and only then a FilterMatcher (its
// patterns are costly to compile, so not for strangers) and a ReplyWriter.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "protocol/choria/request.h"
#include "protocol/choria/secure.h"
#include "protocol/choria/transport.h"

namespace antiphon::choria {

struct IncomingRequest {
  Transport transport;
  SecureRequest secure;
  Request request;
  std::string body;  // what the agent reads
};

enum class Layer : uint8_t { kTransport, kSecureRequest, kRequest };

// Which layer was wrong; problem.offset counts in that layer's own bytes.
struct [[nodiscard]] LayerProblem {
  Layer layer = Layer::kTransport;
  Problem problem;
  explicit operator bool() const { return static_cast<bool>(problem); }
};

// Opens, does not verify.
LayerProblem open_request(std::string_view payload, IncomingRequest& out);

}  // namespace antiphon::choria
