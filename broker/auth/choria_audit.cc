#include "broker/auth/choria_audit.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_format.h>
#include <time.h>

#include "protocol/bytes/json_text.h"
#include "protocol/bytes/utf8.h"
#include "protocol/choria/digest.h"

namespace antiphon {
namespace {

constexpr int64_t kNanosecondsPerSecond = 1'000'000'000;
constexpr int64_t kNanosecondsPerMicrosecond = 1'000;

// Delete, and the controls of ISO 8859 that some terminals obey; JSON leaves them as they are.
bool is_late_control(uint32_t rune) {
  return rune >= 0x7F && rune <= 0x9F;
}

std::string shown(std::string_view text) {
  const bool is_cut = text.size() > kAuditTextBytesMax;
  text = text.substr(0, kAuditTextBytesMax);
  std::string kept;
  while (!text.empty()) {
    const Utf8Rune rune = decode_rune(text);
    if (is_late_control(rune.value)) {
      kept += '?';
    } else {
      kept.append(text.substr(0, rune.bytes));
    }
    text.remove_prefix(rune.bytes);
  }
  if (is_cut) kept += "...";
  return kept;
}

class Line {
 public:
  void text(std::string_view name, std::string_view value) {
    key(name);
    append_json_string(out_, shown(value));
  }
  void text_if(std::string_view name, std::string_view value) {
    if (!value.empty()) text(name, value);
  }
  void number(std::string_view name, uint64_t value) {
    key(name);
    absl::StrAppend(&out_, value);
  }
  void truth(std::string_view name, bool value) {
    key(name);
    out_ += value ? "true" : "false";
  }
  void texts(std::string_view name, const std::vector<std::string_view>& values) {
    key(name);
    out_ += '[';
    for (size_t i = 0; i < values.size(); ++i) {
      if (i > 0) out_ += ',';
      append_json_string(out_, values[i]);
    }
    out_ += ']';
  }
  std::string take() {
    out_ += '}';
    return std::move(out_);
  }

 private:
  void key(std::string_view name) {
    out_ += out_.empty() ? '{' : ',';
    append_json_string(out_, name);
    out_ += ':';
  }
  std::string out_;
};

std::string_view kind_name(ChoriaConnectionKind kind) {
  switch (kind) {
    case ChoriaConnectionKind::kClient:
      return "client";
    case ChoriaConnectionKind::kLeaf:
      return "leaf";
    case ChoriaConnectionKind::kInProcess:
      return "in_process";
  }
  return "unknown";
}

std::string_view event_name(LoginEvent event) {
  switch (event) {
    case LoginEvent::kLogin:
      return "login";
    case LoginEvent::kConnectAgain:
      return "connect_again";
    case LoginEvent::kReload:
      return "reload";
    case LoginEvent::kExpired:
      return "expired";
    case LoginEvent::kClosed:
      return "closed";
  }
  return "unknown";
}

tm utc_of(int64_t unix_s) {
  const time_t seconds = static_cast<time_t>(unix_s);
  tm utc{};
  ::gmtime_r(&seconds, &utc);
  return utc;
}

std::string date_text(const tm& utc) {
  return absl::StrFormat("%04d-%02d-%02dT%02d:%02d:%02d", utc.tm_year + 1900, utc.tm_mon + 1,
                         utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec);
}

std::string precise_text(int64_t wall_ns) {
  const int64_t microseconds = wall_ns % kNanosecondsPerSecond / kNanosecondsPerMicrosecond;
  return absl::StrCat(date_text(utc_of(wall_ns / kNanosecondsPerSecond)),
                      absl::StrFormat(".%06dZ", microseconds));
}

}  // namespace

std::string utc_text(int64_t unix_s) {
  return date_text(utc_of(unix_s)) + "Z";
}

std::string choria_audit_line(const AuditedLogin& login) {
  const ChoriaDecision& decision = login.decision;
  const ConnectionFacts& facts = login.facts;
  const bool has_ended = !login.end_reason.empty();
  const bool allowed = decision.allowed && !has_ended;
  Line line;
  line.text("time", precise_text(facts.wall_ns));
  line.text("event", event_name(facts.event));
  line.number("cid", facts.client_id);
  line.truth("allowed", allowed);
  line.text("rule", choria_rule_name(decision.rule));
  line.text_if("reason", has_ended ? login.end_reason : choria_refusal_text(decision));
  line.text("credential", choria_credential_name(decision.credential));
  line.text("name", decision.name);
  line.text_if("organization", decision.organization);
  line.text_if("token_id", decision.token_id);
  line.text_if("issuer", decision.token_issuer);
  line.text_if("certificate", login.connection.certificate_name);
  if (facts.verified_certificate) {
    line.text("certificate_sha256", choria::sha256_hex(facts.verified_certificate.der()));
  }
  line.text("from", ip_text(login.connection.ip));
  line.number("port", facts.port);
  line.text("kind", kind_name(login.connection.kind));
  if (!allowed) return line.take();
  line.text("account", choria_account_name(decision.grant.account));
  if (!decision.granted.empty()) line.texts("granted", decision.granted);
  if (decision.expires_at) line.text("expires", utc_text(*decision.expires_at));
  return line.take();
}

}  // namespace antiphon
