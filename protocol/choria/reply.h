// The inner reply: one node's answer to one request. Hashed, not signed, on its way back.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "protocol/choria/problem.h"

namespace antiphon::choria {

inline constexpr std::string_view kReplyProtocol = "choria:reply:1";

struct Reply {
  std::string message;  // verbatim: replies are never base64 inside
  std::string request_id;
  std::string sender_id;
  std::string agent;
  int64_t time_unix_s = 0;
  bool operator==(const Reply&) const = default;
};

// As strict as the reference's schema, save that the message may be empty: the reference's clients
// do not check replies against the schema by default.
Problem parse_reply(std::string_view text, Reply& out);
void append_reply(const Reply& reply, std::string& out);

}  // namespace antiphon::choria
