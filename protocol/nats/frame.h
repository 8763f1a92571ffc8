// One parsed line (with its payload) that a client sent to the server.
#pragma once

#include <cstdint>
#include <string_view>

namespace antiphon {

enum class Verb : uint8_t {
  kPub, kHpub, kMpub, kSub, kUnsub, kPing, kPong, kConnect, kInfo, kOk, kErr
};

// LIFETIME: every view points into the buffer that was parsed, and is valid as long as it is.
struct ClientFrame {
  Verb verb = Verb::kPing;
  std::string_view subject;   // PUB, HPUB, SUB
  std::string_view reply;     // PUB, HPUB; empty when there is none
  std::string_view queue;     // SUB; empty when there is none
  std::string_view sid;       // SUB, UNSUB
  std::string_view argument;  // CONNECT and INFO: the JSON text; -ERR: the text; MPUB: its lines
  uint32_t targets = 0;       // MPUB: how many lines there should be
  int64_t max_messages = -1;  // UNSUB; -1 when absent or not a number
  // PUB, HPUB and MPUB: the bytes between the CRLF of the line and the CRLF that ends the payload. The
  // first header_bytes of them are the header block (0 for PUB).
  std::string_view payload;
  uint32_t header_bytes = 0;
  bool has_cr_or_nul = false;  // PUB, HPUB, SUB: in their arguments
  // PUB and HPUB (of MPUB without the reply): "[reply ][header-size ]size CRLF payload CRLF", exactly what a MSG or HMSG line
  // carries after its sid. Empty when the client wrote more blanks than needed or ended the line
  // with LF alone; the sender then has to build it (see append_publish_tail in encode.h).
  std::string_view tail;
};

// Why parsing stopped for good; the connection is closed after it.
enum class ParseError : uint8_t {
  kNone,
  kUnknownOperation,    // a verb that clients do not have, or a payload without its CRLF
  kControlLine,         // the argument of a line is longer than the limit
  kArguments,           // too few or too many arguments, or a size that is no number
  kHeadersUnsupported,  // HPUB although headers were not agreed
  kPayload,             // the announced payload is over the limit
};

}  // namespace antiphon
