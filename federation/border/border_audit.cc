#include "federation/border/border_audit.h"

#include <absl/strings/str_cat.h>
#include <absl/time/time.h>

#include "protocol/bytes/json_text.h"

namespace antiphon::federation {
namespace {

void add_text(const char* name, std::string_view value, std::string& out) {
  if (value.empty()) return;
  absl::StrAppend(&out, ",\"", name, "\":");
  append_json_string(out, value);
}

}  // namespace

std::string border_audit_line(const BorderRecord& record) {
  std::string out = absl::StrCat(
      "{\"time\":\"",
      absl::FormatTime("%Y-%m-%dT%H:%M:%E3SZ", absl::FromUnixNanos(record.wall_ns),
                       absl::UTCTimeZone()),
      "\"");
  add_text("border", record.cluster, out);
  const bool carried = record.refusal == Refusal::kNone;
  add_text("decision", carried ? "carried" : refusal_name(record.refusal), out);
  add_text("reason", record.reason, out);
  absl::StrAppend(&out, ",\"version\":", record.version);
  add_text(record.verified ? "caller" : "claimed_caller", record.caller, out);
  add_text("as", record.as, out);
  add_text("agent", record.agent, out);
  add_text("collective", record.collective, out);
  add_text("request", record.request_id, out);
  absl::StrAppend(&out, ",\"targets\":", record.targets);
  if (record.row != 0) absl::StrAppend(&out, ",\"row\":", record.row);
  out += '}';
  return out;
}

}  // namespace antiphon::federation
