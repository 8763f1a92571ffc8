// The inner request: who asks which agent of which nodes for what. This is the text callers sign.
//
// INVARIANTS: what parse_request accepts satisfies the reference's schema; nothing about the caller
// is proven until verify_request has accepted the secure request around it.
// LIMITS: kNameBytesMax for names, kTtlSecondsMin and kTtlSecondsMax, kUnixSecondsMin and Max.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "protocol/choria/filter.h"
#include "protocol/choria/problem.h"

namespace antiphon::choria {

inline constexpr std::string_view kRequestProtocol = "choria:request:1";

struct Request {
  std::string message;     // the body, see decode_body
  std::string request_id;  // 32 letters: a UUID without dashes
  std::string sender_id;   // identity of the host the caller sits at
  std::string caller_id;   // `choria=alice.mcollective`
  std::string collective;
  std::string agent;
  int64_t ttl_s = 60;
  int64_t time_unix_s = 0;
  Filter filter;
  bool operator==(const Request&) const = default;
};

Problem parse_request(std::string_view text, Request& out);
void append_request(const Request& request, std::string& out);

// True while a node may act on the request: its time is less than a ttl away from now, either way.
bool is_fresh(const Request& request, int64_t now_unix_ms);

// The body as an agent reads it: decoded if the message happens to be base64, else the message.
//
// WHY: the reference does this to every request, so `ping` must be sent as `cGluZw==`; JSON never
// looks like base64 and passes unchanged.
std::string decode_body(std::string_view message);

}  // namespace antiphon::choria
