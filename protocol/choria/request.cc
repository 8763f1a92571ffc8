#include "protocol/choria/request.h"

#include <array>

#include "protocol/bytes/base64.h"
#include "protocol/bytes/utf8.h"
#include "protocol/choria/fields.h"
#include "protocol/choria/json_text.h"
#include "protocol/choria/limits.h"
#include "protocol/choria/request_fields.h"

namespace antiphon::choria {
namespace {

constexpr std::array<std::string_view, 3> kRequestFields = {"protocol", "message", "envelope"};
constexpr uint32_t kRequestRequired = 0b111;
constexpr std::array<std::string_view, 8> kEnvelopeFields = {
    "requestid", "senderid", "callerid", "collective", "agent", "ttl", "time", "filter"};
constexpr uint32_t kEnvelopeRequired = 0xff;

bool read_request_id(JsonCursor& json, std::string& out) {
  if (!json.read_string(out, kNameBytesMax)) return false;
  return count_runes(out) == kRequestIdLetters || json.fail(Fault::kBadValue);
}

bool read_envelope_field(JsonCursor& json, size_t field, Request& out) {
  switch (field) {
    case 0:
      return read_request_id(json, out.request_id);
    case 1:
      return json.read_string(out.sender_id, kNameBytesMax);
    case 2:
      return json.read_filled(out.caller_id, kNameBytesMax);
    case 3:
      return json.read_filled(out.collective, kNameBytesMax);
    case 4:
      return json.read_filled(out.agent, kNameBytesMax);
    case 5:
      return read_between(json, out.ttl_s, kTtlSecondsMin, kTtlSecondsMax);
    case 6:
      return read_between(json, out.time_unix_s, kUnixSecondsMin, kUnixSecondsMax);
    default:
      return read_filter(json, out.filter);
  }
}

}  // namespace

Problem parse_request(std::string_view text, Request& out) {
  out.filter = {};
  return parse_fields(text, kRequestFields, kRequestRequired, [&](JsonCursor& json, size_t field) {
    switch (field) {
      case 0:
        return read_protocol(json, kRequestProtocol);
      case 1:
        return json.read_filled(out.message, kPayloadBytesMax);
      default:
        return read_fields(json, kEnvelopeFields, kEnvelopeRequired,
                           [&](size_t inner) { return read_envelope_field(json, inner, out); });
    }
  });
}

void append_request(const Request& request, std::string& out) {
  append_member(R"({"protocol":"choria:request:1","message":)", request.message, out);
  append_member(R"(,"envelope":{"requestid":)", request.request_id, out);
  append_member(R"(,"senderid":)", request.sender_id, out);
  append_member(R"(,"callerid":)", request.caller_id, out);
  append_request_rest(request.collective, request.agent, request.ttl_s, request.time_unix_s,
                      request.filter, out);
  out.append("}}");
}

bool is_fresh(const Request& request, int64_t now_unix_ms) {
  const int64_t time_ms = request.time_unix_s * 1000;
  const int64_t ttl_ms = request.ttl_s * 1000;
  return time_ms > now_unix_ms - ttl_ms && time_ms < now_unix_ms + ttl_ms;
}

std::string decode_body(std::string_view message) {
  return decode_base64(message).value_or(std::string(message));
}

}  // namespace antiphon::choria
