// A published message on its way to readers, and the MSG or HMSG line each of them gets.
//
// WHY: what a publisher writes after the subject ("[reply ][header-size ]size CRLF payload CRLF")
// is, byte for byte, what every reader gets after its sid. So a delivery is two copies: a short
// prefix that names subject and sid, and that tail. Only a reader that does not know headers needs
// a line of its own making.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "protocol/nats/frame.h"

namespace antiphon {

// LIFETIME: views into the publisher's bytes (or a batch that holds a copy of them).
struct Message {
  std::string_view subject;
  std::string_view reply;
  std::string_view tail;     // see frame.h
  std::string_view payload;  // header block and body, without the CRLF; lies inside `tail`
  uint32_t header_bytes = 0;
  bool from_service = false;  // crossed to another account by an imported service

  std::string_view body() const { return payload.substr(header_bytes); }
  bool has_headers() const { return header_bytes != 0; }
};

// The message of a PUB or HPUB frame. When the frame has no canonical tail, one is built in
// `scratch`, which then must live as long as the message.
Message message_of(const ClientFrame& frame, std::string& scratch);

// Bytes of the line for a reader with this sid. `with_headers`: the reader knows headers.
size_t message_bytes(const Message& message, std::string_view sid, bool with_headers);

// Writes the line; returns one past its end. REQUIRES: message_bytes(...) bytes at `out`.
char* write_message(char* out, const Message& message, std::string_view sid, bool with_headers);

// "MSG subject sid " or "HMSG subject sid ": what stands before the tail.
size_t message_prefix_bytes(const Message& message, std::string_view sid);
char* write_message_prefix(char* out, const Message& message, std::string_view sid);

// The line that tells a requester that nobody listens on `subject`; it goes to the requester's own
// subscription `sid` on `reply`. Form of nats-server 2.15, with the Nats-Subject header.
void append_no_responders(std::string& out, std::string_view reply, std::string_view sid,
                          std::string_view subject);

}  // namespace antiphon
