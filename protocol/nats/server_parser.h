// Takes what a server sent to a client apart into frames: INFO, MSG, HMSG, PING, PONG, +OK, -ERR.
//
// MODEL: a pure function over bytes, like client_parser.h: an incomplete frame consumes nothing and
// leaves no state; the caller keeps the bytes and calls again when there are `bytes_needed` of
// them. LIMITS: lines are at most line_bytes_max long (INFO lists every broker of a cluster, so it
// is the long one), payloads at most payload_bytes_max; both are checked before anything is waited
// for. SEE: docs/protocol.md. Verbs may be in any case; blanks and tabs separate.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "protocol/nats/client_parser.h"

namespace antiphon {

enum class ServerVerb : uint8_t { kInfo, kMsg, kHmsg, kPing, kPong, kOk, kErr };

// LIFETIME: every view points into the buffer that was parsed, and is valid as long as it is.
struct ServerFrame {
  ServerVerb verb = ServerVerb::kPing;
  std::string_view subject;   // MSG, HMSG
  std::string_view sid;       // MSG, HMSG
  std::string_view reply;     // MSG, HMSG; empty when there is none
  std::string_view payload;   // MSG, HMSG: header block and body, without the last CRLF
  uint32_t header_bytes = 0;  // HMSG: how many of them are the header block
  std::string_view argument;  // INFO: the JSON text; -ERR: the text without its quotes

  std::string_view headers() const { return payload.substr(0, header_bytes); }
  std::string_view body() const { return payload.substr(header_bytes); }
};

inline constexpr uint32_t kServerLineBytesMax = 64 * 1024;
inline constexpr uint32_t kServerPayloadBytesMax = 64 * 1024 * 1024;

struct ServerParserLimits {
  uint32_t line_bytes_max = kServerLineBytesMax;
  uint32_t payload_bytes_max = kServerPayloadBytesMax;
};

// Parses the frame that starts at `begin`. REQUIRES: begin < end. Fills `frame` on kFrame only.
// ERRORS: kUnknownOperation (no such verb, or a payload without its CRLF), kArguments,
// kControlLine, kPayload.
ParseResult parse_server_frame(const char* begin, const char* end, const ServerParserLimits& limits,
                               ServerFrame& frame);

}  // namespace antiphon
