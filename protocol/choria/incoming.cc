#include "protocol/choria/incoming.h"

namespace antiphon::choria {

LayerProblem open_request(std::string_view payload, IncomingRequest& out) {
  if (Problem problem = parse_transport(payload, out.transport)) {
    return {Layer::kTransport, problem};
  }
  if (Problem problem = parse_secure_request(out.transport.data, out.secure)) {
    return {Layer::kSecureRequest, problem};
  }
  if (Problem problem = parse_request(out.secure.message, out.request)) {
    return {Layer::kRequest, problem};
  }
  out.body = decode_body(out.request.message);
  return {};
}

}  // namespace antiphon::choria
