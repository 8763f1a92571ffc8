// The hop that this broker appends to a message's trace, written once per connection.
//
// SOURCE: go-choria 0.29.4. The reference names the worker of each of its stages; here one thread
// does all of them, so each is number 0.
#pragma once

#include <string>
#include <string_view>

#include "federation/envelope/transport_view.h"

namespace antiphon::federation {

enum class Direction : uint8_t { kRequest, kReply };

// ["in url","identity (choria_nats_ingest:0, choria_request_transformer:0, choria_nats_egest:0)",
// "out url"]
std::string hop_text(Direction direction, std::string_view identity, std::string_view in_url,
                     std::string_view out_url);

// Finds the hops that a federation broker of this identity has made.
class OwnHops {
 public:
  explicit OwnHops(std::string_view identity);
  bool has(const TransportView& transport, Direction direction) const;

 private:
  std::string begin_;  // of a processor: "identity (
};

}  // namespace antiphon::federation
