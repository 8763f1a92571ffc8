// The SimpleRPC body: which action to run with which input, and what came of it.
//
// MODEL: `data` stays JSON text; only the agent knows its shape. On encoding it is written without
// white space, as Go writes it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "protocol/choria/problem.h"

namespace antiphon::choria {

enum class RpcStatus : uint8_t {
  kOk = 0,
  kAborted = 1,  // the action failed, or the caller may not run it
  kUnknownAction = 2,
  kMissingData = 3,
  kInvalidData = 4,  // the body cannot be parsed, or input validation failed
  kUnknownError = 5,
};
// "OK", "Aborted", ... ; "Unknown" for a code that is not listed.
std::string_view rpc_status_text(RpcStatus status);

struct RpcRequest {
  std::string agent;
  std::string action;
  std::string data_json = "{}";
  bool operator==(const RpcRequest&) const = default;
};

struct RpcReply {
  std::string action;
  RpcStatus status = RpcStatus::kOk;
  std::string status_text = "OK";
  std::string data_json = "{}";
  bool operator==(const RpcReply&) const = default;
};

// Absent members leave the defaults, as in the reference: an absent action is an unknown action.
Problem parse_rpc_request(std::string_view body, RpcRequest& out);
Problem parse_rpc_reply(std::string_view body, RpcReply& out);

// False, with out unchanged, if data_json is not JSON.
[[nodiscard]] bool append_rpc_request(const RpcRequest& request, std::string& out);
[[nodiscard]] bool append_rpc_reply(const RpcReply& reply, std::string& out);

}  // namespace antiphon::choria
