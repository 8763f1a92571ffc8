// How many bytes a ping puts on the wire for each node.
#pragma once

#include <cstdint>

namespace antiphon::fleet::plan {

// The NATS frames around payloads of such sizes, with subjects as Choria has them.
uint64_t request_frame_bytes(uint64_t payload_bytes);  // to a node
uint64_t reply_frame_bytes(uint64_t payload_bytes);    // from a node
uint64_t answer_frame_bytes(uint64_t payload_bytes);   // the same to the asker

// A frame with what TLS, if any, adds; and how many packets it fills when sent alone.
uint64_t record_bytes(uint64_t frame_bytes, bool tls);
uint64_t packets_of(uint64_t frame_bytes, bool tls);

// With TLS and the headers of packets; acknowledgements are not counted.
// A message that is sent alone fills packets of its own; many messages in a row share them.
double wire_bytes_alone(uint64_t frame_bytes, bool tls);
double wire_bytes_in_a_row(uint64_t frame_bytes, bool tls);

}  // namespace antiphon::fleet::plan
