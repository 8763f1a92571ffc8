#include "federation/envelope/hop_text.h"

#include "protocol/bytes/json_text.h"

namespace antiphon::federation {
namespace {

constexpr std::string_view kTransformers[] = {"choria_request_transformer:",
                                              "choria_reply_transformer:"};

std::string_view transformer(Direction direction) {
  return kTransformers[static_cast<size_t>(direction)];
}

}  // namespace

std::string hop_text(Direction direction, std::string_view identity, std::string_view in_url,
                     std::string_view out_url) {
  std::string processor(identity);
  processor.append(" (choria_nats_ingest:0, ").append(transformer(direction));
  processor.append("0, choria_nats_egest:0)");
  std::string hop = "[";
  append_json_string(hop, in_url);
  hop.push_back(',');
  append_json_string(hop, processor);
  hop.push_back(',');
  append_json_string(hop, out_url);
  hop.push_back(']');
  return hop;
}

OwnHops::OwnHops(std::string_view identity) {
  append_json_string(begin_, identity);
  begin_.pop_back();  // the quote
  begin_.append(" (");
}

bool OwnHops::has(const TransportView& transport, Direction direction) const {
  for (const HopView& hop : transport.hops) {
    if (!hop.processor.starts_with(begin_)) continue;
    if (hop.processor.find(transformer(direction)) != std::string_view::npos) return true;
  }
  return false;
}

}  // namespace antiphon::federation
