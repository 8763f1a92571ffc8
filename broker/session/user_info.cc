#include "broker/session/user_info.h"

#include <absl/strings/str_cat.h>

#include "broker/session/server_object.h"
#include "broker/session/server_request.h"
#include "protocol/bytes/printable.h"

namespace antiphon {
namespace {

std::string quoted(std::string_view text) {
  std::string json;
  append_printable_json(json, text);
  return json;
}

std::string list_of(const char* name, const std::vector<SubjectRule>& rules) {
  if (rules.empty()) return {};
  std::string json = absl::StrCat("\"", name, "\":[");
  for (const SubjectRule& rule : rules) {
    if (json.back() != '[') json += ',';
    json += quoted(rule.queue.empty() ? rule.subject : rule.subject + " " + rule.queue);
  }
  return json + "]";
}

std::string side_of(const std::optional<std::vector<SubjectRule>>& allow,
                    const std::vector<SubjectRule>& deny) {
  std::string json = list_of("allow", allow.value_or(std::vector<SubjectRule>{}));
  const std::string denied = list_of("deny", deny);
  if (!json.empty() && !denied.empty()) json += ',';
  return "{" + json + denied + "}";
}

std::string permissions_of(const PermissionSettings& rules) {
  std::string json =
      absl::StrCat("{\"publish\":", side_of(rules.publish_allow, rules.publish_deny),
                   ",\"subscribe\":", side_of(rules.subscribe_allow, rules.subscribe_deny));
  if (rules.responses) {
    constexpr int64_t kNsPerMs = 1'000'000;
    const int64_t expires_ms = rules.responses->expires_ms;
    absl::StrAppend(&json, ",\"responses\":{\"max\":", rules.responses->messages_max,
                    ",\"ttl\":", expires_ms < 0 ? expires_ms : expires_ms * kNsPerMs, "}");
  }
  return json + "}";
}

// In whole seconds, as nats-server counts them; nothing for a login without an end.
std::string end_of(const Shard& shard, const Session& session) {
  constexpr int64_t kNsPerS = 1'000'000'000;
  if (session.login == nullptr || session.login->expires_ns == 0 || session.login->account_expires) {
    return {};
  }
  const int64_t left_s = (session.login->expires_ns - shard.wall_ns) / kNsPerS;
  return left_s == 0 ? "" : absl::StrCat(",\"expires\":", left_s * kNsPerS);
}

std::string answer_for(Shard& shard, const AccountState& account, const Session& session) {
  const std::string server = server_object_json(
      shard.settings->info, shard.settings->identity_fields, ++shard.system_answers, shard.wall_ns);
  std::string json = absl::StrCat(
      "{\"server\":", server, ",\"data\":{\"user\":",
      quoted(session.details == nullptr ? "" : session.details->user), ",\"account\":",
      quoted(account.name), ",\"account_name\":", quoted(shard.settings->account_tag(account.id)));
  if (session.has_permissions) {
    absl::StrAppend(&json, ",\"permissions\":",
                    permissions_of(session.permissions->rules().settings()));
  }
  return absl::StrCat(json, end_of(shard, session), "}}");
}

}  // namespace

bool answer_user_info(Shard& shard, AccountState& account, Session& session,
                      const Message& message) {
  if (message.subject != kUserInfoSubject || message.reply.empty()) return false;
  publish_from_server(shard, account.id, message.reply, answer_for(shard, account, session));
  return true;
}

}  // namespace antiphon
