#include "protocol/choria/request_v2.h"

#include <array>

#include "protocol/bytes/base64.h"
#include "protocol/choria/fields.h"
#include "protocol/choria/json_text.h"
#include "protocol/choria/limits.h"
#include "protocol/choria/request_fields.h"

namespace antiphon::choria {
namespace {

constexpr std::array<std::string_view, 10> kFields = {
    "protocol", "message", "id", "sender", "caller", "collective", "agent", "ttl", "time", "filter"};
constexpr uint32_t kRequired = 0b01'1111'1111;  // all but the filter
constexpr int64_t kNsPerSecond = 1'000'000'000;

bool read_body(JsonCursor& json, std::string& out) {
  if (!json.read_filled(out, kPayloadBytesMax)) return false;
  return decode_base64(out).has_value() || json.fail(Fault::kBadBase64);
}

bool read_one(JsonCursor& json, size_t field, RequestV2& out) {
  switch (field) {
    case 0: return read_protocol(json, kRequestProtocolV2);
    case 1: return read_body(json, out.message);
    case 2: return json.read_filled(out.id, kNameBytesMax);
    case 3: return json.read_string(out.sender, kNameBytesMax);
    case 4: return json.read_filled(out.caller, kNameBytesMax);
    case 5: return json.read_filled(out.collective, kNameBytesMax);
    case 6: return json.read_filled(out.agent, kNameBytesMax);
    case 7: return read_between(json, out.ttl_s, 1, kTtlSecondsMax);
    case 8: return json.read_integer(out.time_unix_ns);
    default: return json.take_null() || (json.ok() && read_filter(json, out.filter));
  }
}

}  // namespace

Problem parse_request_v2(std::string_view text, RequestV2& out) {
  out.filter = {};
  return parse_fields(text, kFields, kRequired,
                      [&](JsonCursor& json, size_t field) { return read_one(json, field, out); });
}

void append_request_v2(const RequestV2& request, std::string& out) {
  append_member(R"({"protocol":"io.choria.protocol.v2.request","message":)", request.message, out);
  append_member(R"(,"id":)", request.id, out);
  append_member(R"(,"sender":)", request.sender, out);
  append_member(R"(,"caller":)", request.caller, out);
  append_request_rest(request.collective, request.agent, request.ttl_s, request.time_unix_ns,
                      request.filter, out);
  out.push_back('}');
}

bool is_fresh(const RequestV2& request, int64_t now_unix_ns) {
  const int64_t ttl_ns = request.ttl_s * kNsPerSecond;
  return request.time_unix_ns > now_unix_ns - ttl_ns && request.time_unix_ns < now_unix_ns + ttl_ns;
}

}  // namespace antiphon::choria
