// The record of one request at a border: a line of JSON that says who asked for what, and what became
// of it; never a secret or the request's contents.
//
// FORMAT: docs/federation.md. A caller who could not be verified is only a claim and is named so.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "federation/envelope/refusal.h"

namespace antiphon::federation {

struct BorderRecord {
  int64_t wall_ns = 0;
  std::string_view cluster;
  int version = 0;  // of the protocol
  Refusal refusal = Refusal::kNone;
  std::string_view reason;  // of the border's own refusal
  bool verified = false;
  std::string_view caller;
  std::string_view as;  // empty unless the policy allows it
  std::string_view agent;
  std::string_view collective;
  std::string_view request_id;
  size_t targets = 0;
  uint32_t row = 0;  // the policy's line; 0: none
};

// Without a line end.
std::string border_audit_line(const BorderRecord& record);

}  // namespace antiphon::federation
