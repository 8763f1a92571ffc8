#include "broker/system/system_services.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <exception>
#include <optional>
#include <utility>

#include "broker/monitor/connz.h"
#include "broker/monitor/healthz.h"
#include "broker/monitor/json_writer.h"
#include "broker/monitor/server_totals.h"
#include "broker/monitor/subsz.h"
#include "broker/monitor/varz.h"
#include "broker/runtime/clock.h"
#include "broker/session/server_identity.h"
#include "broker/system/accountz.h"
#include "broker/system/identity_fields.h"
#include "broker/system/statsz.h"

namespace antiphon {
namespace {

constexpr int kBadRequest = 400;
constexpr int kServerError = 500;

std::string error_json(int code, std::string_view text) {
  std::string out;
  JsonWriter json(out, JsonWriter::Layout::kCompact);
  json.begin_object();
  json.field("code", code);
  json.field("description", text);
  json.end_object();
  return out;
}

std::string idz_json(const ServerFacts& server) {
  std::string out;
  JsonWriter json(out, JsonWriter::Layout::kCompact);
  json.begin_object();
  json.field("name", server.server_name);
  json.field("host", server.host);
  json.field("id", server.server_id);
  json.end_object();
  return out;
}

std::string health_json(const std::string& problem) {
  std::string out;
  JsonWriter json(out, JsonWriter::Layout::kCompact);
  json.begin_object();
  json.field("status", problem.empty() ? "ok" : "error");
  json.field("status_code", problem.empty() ? 200 : kServerError);
  json.optional_field("error", problem);
  json.end_object();
  return out;
}

// A page's text; one that is not good is an error.
std::string body_of(Page page, std::string& error) {
  if (page.status == 200) return std::move(page.body);
  error = std::move(page.body);
  return {};
}

// A request about one account asks for nothing else.
Query about(const Query& arguments, const std::string& account, SystemService service) {
  if (account.empty()) return arguments;
  Query::Pairs pairs{{"acc", account}};
  if (service == SystemService::kSubsz) pairs.emplace_back("subs", "true");
  return arguments.behind(std::move(pairs));
}

}  // namespace

SystemServices::SystemServices(ServerView& view, std::string server_id, Publish publish,
                               ClaimsServices::Keep keep)
    : view_(view),
      server_id_(std::move(server_id)),
      publish_(std::move(publish)),
      claims_(view, std::move(keep)) {}

void SystemServices::stop() {
  stopped_.store(true);
  for (int left = waiting_.load(); left > 0; left = waiting_.load()) waiting_.wait(left);
}

bool SystemServices::offer(const ServerRequest& request) {
  auto address = service_address(request.subject, server_id_, request.account_name,
                                 request.of_system_account);
  if (!address || (is_about_claims(address->service) && !claims_.is_on())) return false;
  // In this order, and that of stop(): either it waits for this one, or this one sees that it is over.
  if (waiting_.fetch_add(1) >= kWaitingMax || stopped_.load()) {
    one_less();
    dropped_.fetch_add(1, std::memory_order_relaxed);
    return true;
  }
  SystemAnswer answer{request.shard, request.account, std::string(request.reply), {}};
  const bool accepted = pool_.submit([this, address = *std::move(address), answer = std::move(answer),
                                      body = std::string(request.body)]() mutable {
    auto json = stopped_.load() ? std::nullopt : this->answer(address, body);
    if (json) {
      answer.json = *std::move(json);
      answered_.fetch_add(1, std::memory_order_relaxed);
      publish_(std::move(answer));
    }
    one_less();
  });
  if (!accepted) one_less();
  return true;
}

void SystemServices::one_less() {
  waiting_.fetch_sub(1);
  waiting_.notify_all();
}

std::optional<std::string> SystemServices::answer(const ServiceAddress& address,
                                                  std::string_view body) {
  const auto wrapped = [&](const std::string& member) {
    return absl::StrCat("{\"server\":", identity(), ",", member, "}");
  };
  switch (address.service) {
    case SystemService::kClaimsUpdate: return wrapped(claims_.update(address.account, body));
    case SystemService::kClaimsList: return wrapped(claims_.list());
    case SystemService::kClaimsDelete: return wrapped(claims_.refuse_to_delete());
    case SystemService::kClaimsLookup: return claims_.lookup(address.account);
    default: return answer_by_page(address, body);
  }
}

std::optional<std::string> SystemServices::answer_by_page(const ServiceAddress& address,
                                                          std::string_view body) {
  const ServiceOptions options = read_service_options(address.service, body);
  if (!options.error.empty()) {
    return absl::StrCat("{\"server\":", identity(), ",\"error\":",
                        error_json(kBadRequest, options.error), "}");
  }
  if (!options.filter.meets(view_.facts(), view_.options()->identity)) return std::nullopt;
  if (address.service == SystemService::kIdz) return idz_json(view_.facts());
  std::string error;
  std::string data;
  try {
    data = data_of(address, options, error);
  } catch (const std::exception&) {
    error = "the server did not answer";
  }
  if (!error.empty()) {
    return absl::StrCat("{\"server\":", identity(), ",\"data\":null,\"error\":",
                        error_json(kServerError, error), "}");
  }
  const char* name = address.service == SystemService::kStatsz ? "statsz" : "data";
  return absl::StrCat("{\"server\":", identity(), ",\"", name, "\":", data, "}");
}

std::string SystemServices::data_of(const ServiceAddress& address, const ServiceOptions& options,
                                    std::string& error) {
  std::optional<std::string> found;
  switch (address.service) {
    case SystemService::kVarz: return varz_json(gather_totals(view_, usage_, {}));
    case SystemService::kConnz:
      return body_of(connz_page(view_, about(options.arguments, address.account, address.service)),
                     error);
    case SystemService::kSubsz:
      return body_of(subsz_page(view_, about(options.arguments, address.account, address.service)),
                     error);
    case SystemService::kHealthz: return health_json(problem_of(view_));
    case SystemService::kAccountz:
      found = accountz_json(view_, options.account, wall_now_ns());
      break;
    case SystemService::kAccountInfo: found = account_info_json(view_, address.account); break;
    default: return statsz();
  }
  const std::string& account = address.account.empty() ? options.account : address.account;
  if (!found) error = "Account " + account + " does not exist";
  return std::move(found).value_or("");
}

std::string SystemServices::statsz() {
  const auto accounts = view_.accounts();
  const auto active = std::count_if(accounts.begin(), accounts.end(), [](const AccountFacts& account) {
    return account.connections > 0;
  });
  return statsz_json(gather_totals(view_, usage_, {}), active);
}

std::string SystemServices::identity() {
  const ServerFacts facts = view_.facts();
  ServerInfo info;
  info.server_name = facts.server_name;
  info.host = facts.host;
  info.server_id = facts.server_id;
  info.version = facts.version;
  return server_identity_json(info, identity_fields_json(view_.options()->identity), answered() + 1,
                              wall_now_ns());
}

}  // namespace antiphon
