// Fuzzes every parser of the Choria version 1 room. The first byte picks the parser; whatever is
// accepted must survive being written and read again.
#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/bytes/base64.h"
#include "protocol/bytes/check.h"
#include "protocol/bytes/json_text.h"
#include "protocol/choria/caller.h"
#include "protocol/choria/certificate.h"
#include "protocol/choria/fact_match.h"
#include "protocol/choria/filter_match.h"
#include "protocol/choria/incoming.h"
#include "protocol/choria/json_text.h"
#include "protocol/choria/limits.h"
#include "protocol/choria/reply.h"
#include "protocol/choria/reply_writer.h"
#include "protocol/choria/rpc.h"
#include "protocol/choria/subjects.h"

namespace antiphon::choria {
namespace {

// Larger messages only slow the search down.
constexpr size_t kInputBytesMax = 64 << 10;
constexpr size_t kComparedBytesMax = 200;

template <typename T, typename Parse, typename Append>
void round_trip(std::string_view text, Parse parse, Append append) {
  T first;
  if (parse(text, first)) return;
  std::string written;
  append(first, written);
  T second;
  const Problem problem = parse(written, second);
  // Escaping may lengthen a message beyond the size we accept, nothing else may go wrong.
  AP_CHECK(!problem && first == second);
}

Problem parse_transport_v1(std::string_view text, Transport& out) {
  return parse_transport(text, out);
}
void append_request_body(const RpcRequest& request, std::string& out) {
  AP_CHECK(append_rpc_request(request, out));
}
void append_reply_body(const RpcReply& reply, std::string& out) {
  AP_CHECK(append_rpc_reply(reply, out));
}

// Data is compacted on its way out, so only the second writing must equal the first.
template <typename T, typename Parse, typename Append>
void settles(std::string_view text, Parse parse, Append append) {
  T value;
  if (parse(text, value)) return;
  std::string once, twice;
  append(value, once);
  AP_CHECK(!parse(once, value));
  append(value, twice);
  AP_CHECK(once == twice);
}

void check_filter(std::string_view text) {
  Filter filter;
  if (parse_filter(text, filter)) return;
  const std::vector<std::string> names = {"rpcutil", "role::web"};
  const NodeProperties node{"web1.example.net", names, names,
                            R"({"os":{"family":"RedHat"},"a":[1]})"};
  const bool matched = FilterMatcher(filter).matches(node);
  AP_CHECK(!filter.empty() || matched);
}

void check_request(std::string_view payload) {
  IncomingRequest incoming;
  if (open_request(payload, incoming)) return;
  ReplyWriter writer(incoming.request, incoming.transport);
  std::string out;
  writer.append({"web1.example.net", incoming.body, "nats://broker:4222", 1}, out);
  Transport transport;
  const Problem problem = parse_transport(out, transport);
  AP_CHECK(!problem || problem.fault == Fault::kTooLong);  // one hop more than we accept
  if (problem) return;
  SecureReply secure;
  Reply reply;
  AP_CHECK(!parse_secure_reply(transport.data, secure) && hash_is_right(secure));
  AP_CHECK(!parse_reply(secure.message, reply));
  AP_CHECK(reply.request_id == incoming.request.request_id);
}

// Texts on which an independent parser and Go agree: ASCII, no escapes of single surrogates, no
// numbers that could overflow.
bool is_comparable(std::string_view text) {
  return text.size() <= kComparedBytesMax && text.find_first_of("eE") == std::string_view::npos &&
         text.find("\\u") == std::string_view::npos &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > 0; });
}

void check_json(std::string_view text) {
  const bool accepted = is_json(text);
  if (is_comparable(text)) {
    JsonCursor json(text);
    const bool too_deep = !json.skip_value() && json.problem().fault == Fault::kTooDeep;
    AP_CHECK(too_deep || accepted == nlohmann::json::accept(text));
  }
  std::string compact;
  AP_CHECK(append_json_compact(text, compact) == accepted);
  AP_CHECK(is_json(compact) == accepted);
}

void check_text(std::string_view text) {
  std::string encoded, decoded, again;
  append_json_string(encoded, text);
  JsonCursor json(encoded);
  AP_CHECK(json.read_string(decoded, encoded.size()) && json.finish());
  append_json_string(again, decoded);
  JsonCursor back(again);
  std::string twice;
  AP_CHECK(back.read_string(twice, again.size()) && twice == decoded);
}

void check_base64(std::string_view text) {
  if (const auto decoded = decode_base64(text)) {
    AP_CHECK(decode_base64(base64(*decoded)) == decoded);
  }
  AP_CHECK(decode_base64(base64(text)) == text);
}

// Lines: path, operator, value; the rest is the facts document.
void check_fact(std::string_view text) {
  std::string_view lines[3];
  for (auto& line : lines) {
    const size_t end = text.find('\n');
    if (end == std::string_view::npos) return;
    line = text.substr(0, end);
    text.remove_prefix(end + 1);
  }
  FactOperator op = FactOperator::kEqual;
  if (!parse_fact_operator(lines[1], op)) return;
  const FactMatcher matcher({std::string(lines[0]), op, std::string(lines[2])});
  (void)matcher.matches(text);
}

void check_names(std::string_view text) {
  if (const auto parts = recognise_subject(text)) {
    AP_CHECK(!parts->collective.empty() && !parts->name.empty());
    if (parts->kind == SubjectKind::kNode) {
      AP_CHECK(node_subject(parts->collective, parts->name) == text);
    }
  }
  if (const auto certname = certname_of_caller(text)) AP_CHECK(!certname->empty());
}

void check(uint8_t target, std::string_view text) {
  switch (target % 14) {
    case 0:
      return round_trip<Transport>(text, parse_transport_v1, append_transport);
    case 1:
      return round_trip<SecureRequest>(text, parse_secure_request, append_secure_request);
    case 2:
      return round_trip<Request>(text, parse_request, append_request);
    case 3:
      return round_trip<SecureReply>(text, parse_secure_reply, append_secure_reply);
    case 4:
      return round_trip<Reply>(text, parse_reply, append_reply);
    case 5:
      return settles<RpcRequest>(text, parse_rpc_request, append_request_body);
    case 6:
      return settles<RpcReply>(text, parse_rpc_reply, append_reply_body);
    case 7:
      return check_filter(text);
    case 8:
      return check_request(text);
    case 9:
      return check_json(text);
    case 10:
      return check_text(text);
    case 11:
      return check_base64(text);
    case 12:
      return check_fact(text);
    default:
      check_names(text);
      (void)Certificate::from_pem(text);
  }
}

}  // namespace
}  // namespace antiphon::choria

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0 || size > antiphon::choria::kInputBytesMax) return 0;
  antiphon::choria::check(data[0], {reinterpret_cast<const char*>(data) + 1, size - 1});
  return 0;
}
