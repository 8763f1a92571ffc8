#include "federation/border/border.h"

#include <absl/strings/str_cat.h>

#include <utility>

#include "protocol/bytes/base64.h"
#include "protocol/bytes/text.h"
#include "protocol/choria/json_cursor.h"
#include "protocol/choria/request.h"
#include "protocol/choria/request_v2.h"
#include "protocol/choria/secure.h"
#include "protocol/choria/secure_v2.h"
#include "protocol/choria/verify.h"

namespace antiphon::federation {
namespace {

constexpr int64_t kNsPerSecond = 1'000'000'000;
constexpr int64_t kNsPerMs = 1'000'000;

// Base64 in a JSON string, in which line ends may be escaped.
std::string decoded(std::string_view data) {
  if (data.find('\\') == std::string_view::npos) return decode_base64(data).value_or("");
  std::string text;
  choria::append_decoded(data, text);
  return decode_base64(text).value_or("");
}

// COLLECTIVE.broadcast.KIND.AGENT or COLLECTIVE.node.NAME, where what is signed says which.
bool is_target_of(std::string_view target, std::string_view collective, std::string_view agent) {
  if (!target.starts_with(collective)) return false;
  target.remove_prefix(collective.size());
  if (target.starts_with(".node.")) return true;
  return target.starts_with(".broadcast.") && target.size() > agent.size() &&
         target.ends_with(agent) && target[target.size() - agent.size() - 1] == '.';
}

}  // namespace

Refusal Border::refuse(Refusal refusal, std::string reason) {
  reason_ = std::move(reason);
  record_.reason = reason_;
  return refusal;
}

Refusal Border::carry_over(TransportView& transport, int64_t now_unix_ns) {
  asked_ = {};
  decision_ = {};
  record_ = {};
  record_.wall_ns = now_unix_ns;
  record_.cluster = settings_.cluster;
  record_.version = transport.version == TransportVersion::kV1 ? 1 : 2;
  record_.targets = transport.targets.size();
  const Refusal refusal = carry(transport, now_unix_ns);
  record_.caller = asked_.caller;
  record_.agent = asked_.agent;
  record_.collective = asked_.collective;
  record_.request_id = asked_.id;
  record_.row = decision_.line;
  if (refusal == Refusal::kNone) record_.as = decision_.as;
  return refusal;
}

void Border::record(Refusal outcome) {
  record_.refusal = outcome;
  if (outcome == Refusal::kNone) ++carried_;
  keep_(border_audit_line(record_));
}

Refusal Border::carry(TransportView& transport, int64_t now_unix_ns) {
  const Refusal opened = open(transport, now_unix_ns);
  if (opened != Refusal::kNone) return opened;
  record_.verified = true;
  if (!asked_.fresh) return refuse(Refusal::kBorderStale, "beyond its time to live");
  for (const std::string_view target : transport.targets) {
    if (is_target_of(target, asked_.collective, asked_.agent)) continue;
    return refuse(Refusal::kBorderDenied, "a target is not what was signed");
  }
  decision_ = settings_.policy.decide(asked_.caller, asked_.agent, asked_.collective);
  if (!decision_.allowed) {
    return refuse(Refusal::kBorderDenied,
                  decision_.line == 0 ? "no row of the policy allows it" : "by the policy");
  }
  const absl::Status ready = signer_.prepare(now_unix_ns / kNsPerSecond);
  if (!ready.ok()) return refuse(Refusal::kBorderFailed, std::string(ready.message()));
  return sign(transport);
}

Refusal Border::open(const TransportView& transport, int64_t now_unix_ns) {
  const bool v1 = transport.version == TransportVersion::kV1;
  const bool known = v1 ? settings_.near_v1 && settings_.files.signs_v1()
                        : settings_.near_v2.is_somebody() && settings_.files.signs_v2();
  if (!known) {
    return refuse(Refusal::kBorderDenied, "this version of the protocol is not carried over");
  }
  const std::string data = decoded(transport.data);
  return v1 ? open_v1(data, now_unix_ns) : open_v2(data, now_unix_ns);
}

Refusal Border::open_v1(const std::string& data, int64_t now_unix_ns) {
  choria::SecureRequest secure;
  choria::Request request;
  if (const choria::Problem problem = choria::parse_secure_request(data, secure)) {
    return refuse(Refusal::kBorderUnverified, choria::describe(problem));
  }
  if (const choria::Problem problem = choria::parse_request(secure.message, request)) {
    return refuse(Refusal::kBorderUnverified, choria::describe(problem));
  }
  asked_ = {secure.message, request.caller_id, request.collective, request.agent,
            request.request_id, choria::is_fresh(request, now_unix_ns / kNsPerMs)};
  const choria::Verdict verdict =
      choria::verify_request(secure, request, *settings_.near_v1, now_unix_ns / kNsPerSecond);
  if (verdict == choria::Verdict::kAccepted) return Refusal::kNone;
  return refuse(Refusal::kBorderUnverified, std::string(choria::verdict_text(verdict)));
}

Refusal Border::open_v2(const std::string& data, int64_t now_unix_ns) {
  choria::SecureRequestV2 secure;
  choria::RequestV2 request;
  if (const choria::Problem problem = choria::parse_secure_request_v2(data, secure)) {
    return refuse(Refusal::kBorderUnverified, choria::describe(problem));
  }
  if (const choria::Problem problem = choria::parse_request_v2(secure.request, request)) {
    return refuse(Refusal::kBorderUnverified, choria::describe(problem));
  }
  asked_ = {secure.request,  request.caller, request.collective,
            request.agent, request.id,     choria::is_fresh(request, now_unix_ns)};
  const choria::VerdictV2 verdict = choria::verify_request_v2(secure, request, settings_.near_v2,
                                                              now_unix_ns / kNsPerSecond);
  if (verdict == choria::VerdictV2::kAccepted) return Refusal::kNone;
  return refuse(Refusal::kBorderUnverified, std::string(choria::verdict_text(verdict)));
}

namespace {

// What was parsed once is parsed again without a fault.
std::string under_another_name(TransportVersion version, const std::string& json,
                               const std::string& caller) {
  std::string out;
  if (version == TransportVersion::kV1) {
    choria::Request request;
    if (choria::parse_request(json, request)) return out;
    request.caller_id = caller;
    choria::append_request(request, out);
    return out;
  }
  choria::RequestV2 request;
  if (choria::parse_request_v2(json, request)) return out;
  request.caller = caller;
  choria::append_request_v2(request, out);
  return out;
}

}  // namespace

Refusal Border::sign(TransportView& transport) {
  std::string json = decision_.as == asked_.caller
                         ? asked_.json
                         : under_another_name(transport.version, asked_.json, decision_.as);
  const absl::StatusOr<std::string> secure = transport.version == TransportVersion::kV1
                                                 ? signer_.sign_v1(std::move(json))
                                                 : signer_.sign_v2(std::move(json));
  if (!secure.ok()) {
    return refuse(Refusal::kBorderFailed, std::string(secure.status().message()));
  }
  data_ = base64(*secure);
  transport.data = data_;
  return Refusal::kNone;
}

}  // namespace antiphon::federation
