#include "fleet/emulator/prepared_request.h"

#include <absl/strings/str_cat.h>

#include <algorithm>

#include "protocol/bytes/check.h"
#include "protocol/bytes/text.h"
#include "protocol/choria/problem.h"
#include "protocol/choria/rpc.h"
#include "protocol/choria/subjects.h"
#include "protocol/subject/subject.h"

namespace antiphon::fleet {
namespace {

constexpr std::string_view kPingWord = "ping";
constexpr std::string_view kPong = "pong";
constexpr std::string_view kPingAgent = "rpcutil";
constexpr int64_t kMsPerSecond = 1000;

bool is_among(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::string rpc_body(const choria::RpcReply& reply) {
  std::string body;
  AP_CHECK(choria::append_rpc_reply(reply, body));
  return body;
}

}  // namespace

PreparedRequest::PreparedRequest(std::string_view payload, const FleetProfile& profile)
    : payload_(payload), profile_(profile) {
  verdict_ = prepare();
}

Answer PreparedRequest::prepare() {
  if (choria::open_request(payload_, incoming_)) return Answer::kMalformed;
  // It will stand in a protocol line, and it came from the network.
  if (!is_valid_literal_subject(reply_to())) return Answer::kMalformed;
  const choria::Request& request = incoming_.request;
  if (!is_among(profile_.collectives, request.collective)) return Answer::kNotOurs;
  if (!is_among(profile_.agents, request.agent)) return Answer::kNotOurs;
  if (request.agent == choria::kDiscoveryAgent) {
    if (incoming_.body.find(kPingWord) == std::string::npos) return Answer::kNotOurs;
    kind_ = Kind::kDiscovery;
    body_ = kPong;
  } else {
    prepare_rpc();
  }
  filter_.emplace(request.filter);
  writer_.emplace(request, incoming_.transport);
  return Answer::kReplied;
}

// The first node that answers is the measure: others differ from it by the letters of their names.
void PreparedRequest::fill_up(std::string_view identity, std::string_view server_url,
                              int64_t now_unix_s) {
  is_filled_up_ = true;
  const size_t wanted = profile_.reply_bytes_min;
  while (true) {
    std::string reply;
    writer_->append({identity, body_, server_url, now_unix_s}, reply);
    if (reply.size() >= wanted) return;
    // Two layers of base64 make 16 bytes of 9, so that this comes near and never far beyond.
    body_.append(std::max<size_t>(1, (wanted - reply.size()) / 2), ' ');
  }
}

void PreparedRequest::prepare_rpc() {
  kind_ = Kind::kRpcFixed;
  const std::string& agent = incoming_.request.agent;
  choria::RpcRequest call;
  if (const choria::Problem problem = choria::parse_rpc_request(incoming_.body, call)) {
    const std::string text = absl::StrCat("Could not process request: ", choria::describe(problem));
    body_ = rpc_body({"", choria::RpcStatus::kInvalidData, text, "{}"});
  } else if (agent == kPingAgent && call.action == kPingWord) {
    kind_ = Kind::kRpcPing;
  } else {
    const std::string text = absl::StrCat("Unknown action ", call.action, " for agent ", agent);
    body_ = rpc_body({call.action, choria::RpcStatus::kUnknownAction, text, "{}"});
  }
}

bool PreparedRequest::matches(uint32_t number, std::string_view identity) const {
  const choria::Filter& filter = incoming_.request.filter;
  if (filter.empty()) return true;
  choria::NodeProperties node;
  node.identity = identity;
  node.agents = profile_.agents;
  node.classes = node_classes(number);
  if (filter.facts.empty()) return filter_->matches(node);
  const std::string facts = node_facts(number);
  node.facts_json = facts;
  return filter_->matches(node);
}

void PreparedRequest::renew_body(int64_t now_unix_s) {
  if (kind_ != Kind::kRpcPing || body_unix_s_ == now_unix_s) return;
  body_unix_s_ = now_unix_s;
  body_ = rpc_body({std::string(kPingWord), choria::RpcStatus::kOk, "OK",
                    absl::StrCat(R"({"pong":)", now_unix_s, "}")});
}

Answer PreparedRequest::answer(uint32_t number, std::string_view identity,
                               std::string_view server_url, int64_t now_unix_ms,
                               std::string& reply) {
  if (verdict_ != Answer::kReplied) return verdict_;
  if (!choria::is_fresh(incoming_.request, now_unix_ms)) return Answer::kExpired;
  if (!matches(number, identity)) return Answer::kFiltered;
  const int64_t now_unix_s = now_unix_ms / kMsPerSecond;
  renew_body(now_unix_s);
  if (kind_ == Kind::kDiscovery && !is_filled_up_) fill_up(identity, server_url, now_unix_s);
  reply.clear();
  writer_->append({identity, body_, server_url, now_unix_s}, reply);
  return Answer::kReplied;
}

}  // namespace antiphon::fleet
