#include "protocol/choria/rpc.h"

#include <array>
#include <limits>

#include "protocol/bytes/json_text.h"
#include "protocol/choria/fields.h"
#include "protocol/choria/json_text.h"
#include "protocol/choria/limits.h"

namespace antiphon::choria {
namespace {

constexpr std::array<std::string_view, 3> kRequestFields = {"agent", "action", "data"};
constexpr std::array<std::string_view, 4> kReplyFields = {"action", "statuscode", "statusmsg",
                                                          "data"};

bool read_data(JsonCursor& json, std::string& out) {
  std::string_view raw;
  if (!json.read_raw(raw)) return false;
  out.assign(raw);
  return true;
}

bool read_status(JsonCursor& json, RpcStatus& out) {
  int64_t code = 0;
  if (!json.read_integer(code)) return false;
  if (code < 0 || code > std::numeric_limits<uint8_t>::max()) return json.fail(Fault::kBadValue);
  out = static_cast<RpcStatus>(code);
  return true;
}

bool append_data(std::string_view data_json, size_t start, std::string& out) {
  if (!append_json_compact(data_json, out)) {
    out.resize(start);
    return false;
  }
  out.push_back('}');
  return true;
}

}  // namespace

std::string_view rpc_status_text(RpcStatus status) {
  switch (status) {
    case RpcStatus::kOk:
      return "OK";
    case RpcStatus::kAborted:
      return "Aborted";
    case RpcStatus::kUnknownAction:
      return "Unknown Action";
    case RpcStatus::kMissingData:
      return "Missing Data";
    case RpcStatus::kInvalidData:
      return "Invalid Data";
    case RpcStatus::kUnknownError:
      return "Unknown Error";
  }
  return "Unknown";
}

Problem parse_rpc_request(std::string_view body, RpcRequest& out) {
  out = {};
  return parse_fields(body, kRequestFields, 0, [&](JsonCursor& json, size_t field) {
    switch (field) {
      case 0:
        return json.read_string(out.agent, kNameBytesMax);
      case 1:
        return json.read_string(out.action, kNameBytesMax);
      default:
        return read_data(json, out.data_json);
    }
  });
}

Problem parse_rpc_reply(std::string_view body, RpcReply& out) {
  out = {};
  out.status_text.clear();
  return parse_fields(body, kReplyFields, 0, [&](JsonCursor& json, size_t field) {
    switch (field) {
      case 0:
        return json.read_string(out.action, kNameBytesMax);
      case 1:
        return read_status(json, out.status);
      case 2:
        return json.read_string(out.status_text, kStatusTextBytesMax);
      default:
        return read_data(json, out.data_json);
    }
  });
}

bool append_rpc_request(const RpcRequest& request, std::string& out) {
  const size_t start = out.size();
  out.append(R"({"agent":)");
  append_json_string(out, request.agent);
  out.append(R"(,"action":)");
  append_json_string(out, request.action);
  out.append(R"(,"data":)");
  return append_data(request.data_json, start, out);
}

bool append_rpc_reply(const RpcReply& reply, std::string& out) {
  const size_t start = out.size();
  out.append(R"({"action":)");
  append_json_string(out, reply.action);
  out.append(R"(,"statuscode":)");
  append_integer(static_cast<int64_t>(reply.status), out);
  out.append(R"(,"statusmsg":)");
  append_json_string(out, reply.status_text);
  out.append(R"(,"data":)");
  return append_data(reply.data_json, start, out);
}

}  // namespace antiphon::choria
