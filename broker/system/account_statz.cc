#include "broker/system/account_statz.h"

#include <algorithm>

#include "broker/monitor/json_writer.h"
#include "broker/monitor/text_forms.h"
#include "broker/system/event_json.h"

namespace antiphon {

std::optional<std::string> account_statz_json(ServerView& view,
                                              const std::vector<std::string>& accounts, bool unused,
                                              int64_t now_ns) {
  const auto is_meant = [&](const AccountFigures& account) {
    if (account.connections == 0 && !unused) return false;
    return accounts.empty() ||
           std::find(accounts.begin(), accounts.end(), account.name) != accounts.end();
  };
  bool is_any = false;
  std::string out;
  JsonWriter json(out, JsonWriter::Layout::kCompact);
  json.begin_object();
  json.field("server_id", view.facts().server_id);
  json.field("now", time_text(now_ns));
  json.begin_array("account_statz");
  for (const AccountFigures& account : view.account_figures()) {
    if (!is_meant(account)) continue;
    is_any = true;
    json.begin_object();
    write_account_figures(json, account);
    json.end_object();
  }
  json.end_array();
  json.end_object();
  if (!is_any && !unused) return std::nullopt;
  return out;
}

}  // namespace antiphon
