// The inner request of protocol version 2: who asks which agent of which nodes for what. This is the
// text that callers, or delegators for them, sign.
//
// INVARIANTS: nothing about the caller is proven until verify_request_v2 has accepted the secure
// request around it. SOURCE: go-choria 0.29.4.
// LIMITS: kNameBytesMax for names, kTtlSecondsMax; times are unix nanoseconds.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "protocol/choria/filter.h"
#include "protocol/choria/problem.h"

namespace antiphon::choria {

inline constexpr std::string_view kRequestProtocolV2 = "io.choria.protocol.v2.request";

struct RequestV2 {
  std::string message;  // the body, in base64 as it was written
  std::string id;
  std::string sender;
  std::string caller;
  std::string collective;
  std::string agent;
  int64_t ttl_s = 60;
  int64_t time_unix_ns = 0;
  Filter filter;
  bool operator==(const RequestV2&) const = default;
};

Problem parse_request_v2(std::string_view text, RequestV2& out);
void append_request_v2(const RequestV2& request, std::string& out);

// True while a node may act on the request.
bool is_fresh(const RequestV2& request, int64_t now_unix_ns);

}  // namespace antiphon::choria
