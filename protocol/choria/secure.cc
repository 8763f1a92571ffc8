#include "protocol/choria/secure.h"

#include <array>
#include <utility>

#include "protocol/bytes/base64.h"
#include "protocol/choria/digest.h"
#include "protocol/choria/fields.h"
#include "protocol/choria/json_text.h"
#include "protocol/choria/limits.h"

namespace antiphon::choria {
namespace {

constexpr std::array<std::string_view, 4> kRequestFields = {"protocol", "message", "signature",
                                                            "pubcert"};
constexpr uint32_t kRequestRequired = 0b1111;
constexpr std::array<std::string_view, 3> kReplyFields = {"protocol", "message", "hash"};
constexpr uint32_t kReplyRequired = 0b111;

std::string hash_of(std::string_view message) {
  const Sha256Digest digest = Sha256().of(message);
  return base64({digest.data(), digest.size()});
}

}  // namespace

Problem parse_secure_request(std::string_view text, SecureRequest& out) {
  return parse_fields(text, kRequestFields, kRequestRequired, [&](JsonCursor& json, size_t field) {
    switch (field) {
      case 0:
        return read_protocol(json, kSecureRequestProtocol);
      case 1:
        return json.read_filled(out.message, kPayloadBytesMax);
      case 2:
        return json.read_filled(out.signature, kSignatureTextBytesMax);
      default:
        return json.read_filled(out.pubcert, kPemBytesMax);
    }
  });
}

void append_secure_request(const SecureRequest& request, std::string& out) {
  append_member(R"({"protocol":"choria:secure:request:1","message":)", request.message, out);
  append_member(R"(,"signature":)", request.signature, out);
  append_member(R"(,"pubcert":)", request.pubcert, out);
  out.push_back('}');
}

Problem parse_secure_reply(std::string_view text, SecureReply& out) {
  return parse_fields(text, kReplyFields, kReplyRequired, [&](JsonCursor& json, size_t field) {
    switch (field) {
      case 0:
        return read_protocol(json, kSecureReplyProtocol);
      case 1:
        return json.read_filled(out.message, kPayloadBytesMax);
      default:
        return json.read_filled(out.hash, kHashTextBytesMax);
    }
  });
}

void append_secure_reply(const SecureReply& reply, std::string& out) {
  append_member(R"({"protocol":"choria:secure:reply:1","message":)", reply.message, out);
  append_member(R"(,"hash":)", reply.hash, out);
  out.push_back('}');
}

SecureReply seal_reply(std::string reply_json) {
  std::string hash = hash_of(reply_json);
  return {std::move(reply_json), std::move(hash)};
}

bool hash_is_right(const SecureReply& reply) {
  return hash_of(reply.message) == reply.hash;
}

SecureRequest unsigned_request(std::string request_json) {
  return {std::move(request_json), "insecure", "insecure"};
}

SecureRequest unsigned_registration(std::string request_json) {
  constexpr std::string_view kMark = "insecure registration";
  return {std::move(request_json), base64(kMark), std::string(kMark)};
}

}  // namespace antiphon::choria
