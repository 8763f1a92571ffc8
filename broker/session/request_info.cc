#include "broker/session/request_info.h"

#include <absl/strings/str_cat.h>
#include <absl/time/time.h>

#include "protocol/bytes/decimal.h"
#include "protocol/bytes/printable.h"
#include "protocol/bytes/text.h"

namespace antiphon {
namespace {

constexpr std::string_view kKey = "Nats-Request-Info";
constexpr std::string_view kStatusLine = "NATS/1.0\r\n";
constexpr std::string_view kCrlf = "\r\n";

void append_name(std::string& out, std::string_view name) {
  if (out.back() != '{') out += ',';
  out.append("\"").append(name).append("\":");
}

void append_text(std::string& out, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  append_name(out, name);
  append_printable_json(out, value);
}

void append_number(std::string& out, std::string_view name, int64_t value) {
  if (value <= 0) return;
  append_name(out, name);
  append_decimal(out, static_cast<uint64_t>(value));
}

}  // namespace

std::string rfc3339(int64_t wall_ns) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%E*SZ", absl::FromUnixNanos(wall_ns),
                          absl::UTCTimeZone());
}

void append_request_info(std::string& out, const Shard& shard, const Session& session, bool share,
                         std::string_view service) {
  const ClientDetails nobody;
  const ClientDetails& who = session.details == nullptr ? nobody : *session.details;
  const std::string& account = shard.accounts[session.account.value]->name;
  out += '{';
  if (share) {
    append_text(out, "start", rfc3339(session.start_ns));
    append_text(out, "host", session.peer.ip_text());
    append_number(out, "id", static_cast<int64_t>(session.client_id.value));
  }
  append_text(out, "acc", account);
  append_text(out, "svc", service);
  if (share) {
    append_text(out, "user", who.user);
    append_text(out, "name", who.name);
    append_text(out, "lang", who.lang);
    append_text(out, "ver", who.version);
  }
  append_number(out, "rtt", session.rtt_ns);
  if (share) {
    append_text(out, "server", shard.settings->info.server_name);
    append_text(out, "kind", "Client");
    append_text(out, "client_type", "nats");
  }
  out += '}';
}

void append_account_info(std::string& out, std::string_view account) {
  out += '{';
  append_text(out, "acc", account);
  out += '}';
}

void append_headers_with(std::string& out, std::string_view block, std::string_view info) {
  if (block.empty() && info.empty()) return;
  const size_t first_line = block.find('\n');
  const size_t after_status = first_line == block.npos ? block.size() : first_line + 1;
  out.append(block.empty() ? kStatusLine : block.substr(0, after_status));
  std::string_view rest = block.substr(after_status);
  while (!rest.empty()) {
    const size_t end = rest.find('\n');
    const std::string_view line = rest.substr(0, end == rest.npos ? rest.size() : end + 1);
    rest.remove_prefix(line.size());
    const bool is_last = line == kCrlf || line == "\n";
    const bool is_ours = line.size() > kKey.size() && line[kKey.size()] == ':' &&
                         equals_ignore_case(line.substr(0, kKey.size()), kKey);
    if (!is_last && !is_ours) out.append(line);
  }
  if (!info.empty()) out.append(kKey).append(": ").append(info).append(kCrlf);
  out.append(kCrlf);
}

}  // namespace antiphon
