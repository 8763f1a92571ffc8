#include "protocol/choria/reply.h"

#include <array>

#include "protocol/bytes/json_text.h"
#include "protocol/bytes/utf8.h"
#include "protocol/choria/fields.h"
#include "protocol/choria/json_text.h"
#include "protocol/choria/limits.h"

namespace antiphon::choria {
namespace {

constexpr std::array<std::string_view, 3> kReplyFields = {"protocol", "message", "envelope"};
constexpr uint32_t kReplyRequired = 0b111;
constexpr std::array<std::string_view, 4> kEnvelopeFields = {"requestid", "senderid", "agent",
                                                             "time"};
constexpr uint32_t kEnvelopeRequired = 0b1111;

bool read_envelope_field(JsonCursor& json, size_t field, Reply& out) {
  switch (field) {
    case 0:
      if (!json.read_string(out.request_id, kNameBytesMax)) return false;
      return count_runes(out.request_id) == kRequestIdLetters || json.fail(Fault::kBadValue);
    case 1:
      return json.read_string(out.sender_id, kNameBytesMax);
    case 2:
      if (!json.read_string(out.agent, kNameBytesMax)) return false;
      return !out.agent.empty() || json.fail(Fault::kBadValue);
    default:
      if (!json.read_integer(out.time_unix_s)) return false;
      return (out.time_unix_s >= kUnixSecondsMin && out.time_unix_s <= kUnixSecondsMax) ||
             json.fail(Fault::kBadValue);
  }
}

}  // namespace

Problem parse_reply(std::string_view text, Reply& out) {
  return parse_fields(text, kReplyFields, kReplyRequired, [&](JsonCursor& json, size_t field) {
    switch (field) {
      case 0:
        return read_protocol(json, kReplyProtocol);
      case 1:
        return json.read_string(out.message, kPayloadBytesMax);
      default:
        return read_fields(json, kEnvelopeFields, kEnvelopeRequired,
                           [&](size_t inner) { return read_envelope_field(json, inner, out); });
    }
  });
}

void append_reply(const Reply& reply, std::string& out) {
  out.append(R"({"protocol":"choria:reply:1","message":)");
  append_json_string(out, reply.message);
  out.append(R"(,"envelope":{"requestid":)");
  append_json_string(out, reply.request_id);
  out.append(R"(,"senderid":)");
  append_json_string(out, reply.sender_id);
  out.append(R"(,"agent":)");
  append_json_string(out, reply.agent);
  out.append(R"(,"time":)");
  append_integer(reply.time_unix_s, out);
  out.append("}}");
}

}  // namespace antiphon::choria
