// Writes complete reply transports to one request, for any number of nodes, fast.
//
// WHY: an emulator answers a fleet ping with tens of thousands of replies at once. A writer keeps
// what is alike for all of them, reuses its memory, and touches each byte once per layer: reply,
// hash, secure reply, base64. The result equals what a real node sends, byte for byte.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "protocol/choria/digest.h"
#include "protocol/choria/request.h"
#include "protocol/choria/transport.h"

namespace antiphon::choria {

// What one node says.
struct NodeAnswer {
  std::string_view identity;
  std::string_view body;        // RPC reply JSON, or `pong`
  std::string_view server_url;  // of the broker the node is connected to, for the trace hop
  int64_t time_unix_s = 0;
};

class ReplyWriter {
 public:
  // Takes what it needs of both. Hops and federation data travel back with the reply.
  ReplyWriter(const Request& request, const Transport& transport);

  // Appends the payload to publish to the request's reply_to. Allocates only while out grows.
  void append(const NodeAnswer& answer, std::string& out);

 private:
  std::string envelope_start_;     // from the end of the body to the sender
  std::string envelope_end_;       // from the sender to the time
  std::string hops_;               // of the request, each followed by a comma
  std::string federation_member_;  // with its comma; empty if not federated
  std::string reply_;
  std::string secure_;
  Sha256 hash_;
};

}  // namespace antiphon::choria
