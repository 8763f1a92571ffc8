// A reply of protocol version 2 with the envelope around it: one node's answer to one request.
//
// MODEL: the envelope holds a hash of the reply and, of nodes that sign, a signature that nobody in
// the reference checks; here only the hash is. SOURCE: go-choria 0.29.4. LIMITS: kNameBytesMax,
// kPayloadBytesMax.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "protocol/choria/problem.h"

namespace antiphon::choria {

inline constexpr std::string_view kReplyProtocolV2 = "io.choria.protocol.v2.reply";
inline constexpr std::string_view kSecureReplyProtocolV2 = "io.choria.protocol.v2.secure_reply";

struct ReplyV2 {
  std::string message;  // the body, decoded
  std::string request_id;
  std::string sender;
  std::string agent;
  int64_t time_unix_ns = 0;
  bool operator==(const ReplyV2&) const = default;
};

// A secure reply; kBadValue in its field `hash` if that is not the reply's.
Problem parse_secure_reply_v2(std::string_view text, ReplyV2& out);
void append_secure_reply_v2(const ReplyV2& reply, std::string& out);

}  // namespace antiphon::choria
