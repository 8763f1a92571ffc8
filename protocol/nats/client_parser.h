// Takes what a client sent apart into frames: PUB, HPUB, SUB, UNSUB, PING, PONG, CONNECT, and the
// server verbs a client may echo (INFO, +OK, -ERR).
//
// MODEL: a pure function over bytes. When a frame is not complete, nothing is consumed and nothing
// remembered: the caller keeps the bytes and calls again with more of them. `bytes_needed` says how
// many there must be, so that a large payload is not parsed again for each piece of it; a control
// line is bounded, so parsing it again for each piece is bounded too.
// WHY: no parser state means that an idle connection holds none, and that the result cannot
// depend on how the network cut the stream (the split tests prove it).
// SEE: docs/protocol.md. Where a line is malformed in several ways, the order of checks is that
// of nats-server 2.15.
#pragma once

#include <cstddef>

#include "protocol/nats/frame.h"
#include "protocol/nats/limits.h"

namespace antiphon {

struct ClientParserLimits {
  uint32_t control_line_bytes_max = kControlLineBytesDefault;
  uint32_t payload_bytes_max = kPayloadBytesDefault;
  bool headers = true;  // both sides agreed on headers
  bool multi_publish = false;  // the server's INFO offered MPUB (multi_publish.h)
};

enum class ParseStatus : uint8_t { kFrame, kIncomplete, kError };

struct ParseResult {
  ParseStatus status;
  ParseError error = ParseError::kNone;
  size_t bytes_consumed = 0;  // kFrame: the bytes of this frame
  size_t bytes_needed = 0;    // kIncomplete: how many bytes from `begin` the frame takes at least
};

// Parses the frame that starts at `begin`. REQUIRES: begin < end. Fills `frame` on kFrame only.
ParseResult parse_client_frame(const char* begin, const char* end,
                               const ClientParserLimits& limits, ClientFrame& frame);

}  // namespace antiphon
