#include "protocol/choria/reply_v2.h"

#include <array>

#include "protocol/choria/digest.h"
#include "protocol/choria/fields.h"
#include "protocol/choria/json_text.h"
#include "protocol/choria/limits.h"

namespace antiphon::choria {
namespace {

constexpr std::array<std::string_view, 3> kSecureFields = {"protocol", "reply", "hash"};
constexpr uint32_t kSecureRequired = 0b111;
constexpr std::array<std::string_view, 6> kReplyFields = {"protocol", "message", "request",
                                                          "sender",   "agent",   "time"};
constexpr uint32_t kReplyRequired = 0b11'1111;

Problem parse_reply_v2(std::string_view text, ReplyV2& out) {
  return parse_fields(text, kReplyFields, kReplyRequired, [&](JsonCursor& json, size_t field) {
    switch (field) {
      case 0: return read_protocol(json, kReplyProtocolV2);
      case 1: return read_bytes(json, out.message, kPayloadBytesMax);
      case 2: return json.read_string(out.request_id, kNameBytesMax);
      case 3: return json.read_string(out.sender, kNameBytesMax);
      case 4: return json.read_filled(out.agent, kNameBytesMax);
      default: return json.read_integer(out.time_unix_ns);
    }
  });
}

}  // namespace

Problem parse_secure_reply_v2(std::string_view text, ReplyV2& out) {
  std::string reply, hash;
  const Problem problem =
      parse_fields(text, kSecureFields, kSecureRequired, [&](JsonCursor& json, size_t field) {
        switch (field) {
          case 0: return read_protocol(json, kSecureReplyProtocolV2);
          case 1: return read_bytes(json, reply, kPayloadBytesMax);
          default: return read_bytes(json, hash, kHashTextBytesMax);
        }
      });
  if (problem) return problem;
  const Sha256Digest digest = Sha256().of(reply);
  if (hash != std::string_view(digest.data(), digest.size())) return {Fault::kBadValue, "hash", 0};
  return parse_reply_v2(reply, out);
}

void append_secure_reply_v2(const ReplyV2& reply, std::string& out) {
  std::string inner = R"({"protocol":"io.choria.protocol.v2.reply")";
  append_bytes_member(R"(,"message":)", reply.message, inner);
  append_member(R"(,"request":)", reply.request_id, inner);
  append_member(R"(,"sender":)", reply.sender, inner);
  append_member(R"(,"agent":)", reply.agent, inner);
  inner.append(R"(,"time":)");
  append_integer(reply.time_unix_ns, inner);
  inner.push_back('}');
  const Sha256Digest digest = Sha256().of(inner);
  out.append(R"({"protocol":"io.choria.protocol.v2.secure_reply")");
  append_bytes_member(R"(,"reply":)", inner, out);
  append_bytes_member(R"(,"hash":)", {digest.data(), digest.size()}, out);
  out.push_back('}');
}

}  // namespace antiphon::choria
