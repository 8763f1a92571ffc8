#include "broker/system/system_services.h"

#include <absl/strings/str_cat.h>
#include <simdjson.h>

#include <exception>
#include <optional>
#include <random>
#include <utility>

#include "broker/monitor/connz.h"
#include "broker/monitor/healthz.h"
#include "broker/monitor/json_writer.h"
#include "broker/monitor/server_totals.h"
#include "broker/monitor/subsz.h"
#include "broker/monitor/varz.h"
#include "broker/runtime/clock.h"
#include "broker/session/system_events.h"
#include "broker/system/absent_features.h"
#include "broker/system/account_statz.h"
#include "broker/system/accountz.h"
#include "broker/system/event_json.h"
#include "broker/system/expvarz.h"
#include "broker/system/identity_fields.h"
#include "broker/system/statsz.h"
#include "broker/system/subscriber_service.h"

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

// Its answer is as it is: neither a page's nor a deed's.
bool is_plain(SystemService service) {
  return is_about_claims(service) || service == SystemService::kNsubs ||
         service == SystemService::kSubscribers;
}

// A request about one account asks for nothing else.
Query about(const Query& arguments, const std::string& account, SystemService service) {
  if (account.empty()) return arguments;
  Query::Pairs pairs{{"acc", account}};
  if (service == SystemService::kSubsz) pairs.emplace_back("subs", "true");
  return arguments.behind(std::move(pairs));
}

// Pages are laid out for people; a message is not, and some look for `"name":value` in it.
std::string compact(const std::string& json) {
  std::string out(json.size(), '\0');
  size_t bytes = 0;
  if (simdjson::minify(json.data(), json.size(), out.data(), bytes) != simdjson::SUCCESS) return json;
  out.resize(bytes);
  return out;
}

}  // namespace

SystemServices::SystemServices(ServerView& view, std::string server_id, Publish publish,
                               ServerControl& control)
    : view_(view),
      server_id_(std::move(server_id)),
      publish_(std::move(publish)),
      control_(control),
      claims_(view, control),
      random_(std::random_device{}()) {}

void SystemServices::stop() {
  stopped_.store(true);
  for (int left = waiting_.load(); left > 0; left = waiting_.load()) waiting_.wait(left);
}

bool SystemServices::offer(const ServerRequest& request) {
  auto address = service_address(request.subject, server_id_, request.account_name,
                                 request.of_system_account);
  if (!address || (is_about_claims(address->service) && !claims_.is_on())) return false;
  std::string reply(request.reply);
  if (reply.empty()) {
    // Whoever asks nobody in particular wants everybody to hear it.
    if (address->service != SystemService::kStatsz) return false;
    reply = server_event_subject(server_id_, "STATSZ");
  }
  // In this order, and that of stop(): either it waits for this one, or this one sees that it is over.
  if (waiting_.fetch_add(1) >= kWaitingMax || stopped_.load()) {
    one_less();
    dropped_.fetch_add(1, std::memory_order_relaxed);
    return true;
  }
  SystemAnswer answer{request.shard, request.account, std::move(reply), {}, {}};
  Asked asked{*std::move(address), std::string(request.asker), wanted_encoding(request.headers),
              std::string(request.body)};
  const bool accepted = pool_.submit([this, asked = std::move(asked), answer = std::move(answer)]() mutable {
    for (Answer& one : answers(asked)) {
      if (stopped_.load()) break;
      EncodedAnswer encoded = encode_answer(
          one.may_be_packed ? asked.encoding : AnswerEncoding::kNotAsked, std::move(one.text));
      answer.headers = std::move(encoded.headers);
      answer.payload = std::move(encoded.payload);
      answered_.fetch_add(1, std::memory_order_relaxed);
      publish_(answer);
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

std::vector<SystemServices::Answer> SystemServices::answers(const Asked& asked) {
  std::vector<Answer> all;
  if (stopped_.load()) return all;
  if (asked.address.service == SystemService::kClaimsPack) {
    for (std::string& text : claims_.pack(asked.body)) all.push_back({std::move(text)});
  } else if (is_plain(asked.address.service)) {
    if (auto text = plain_answer(asked)) all.push_back({*std::move(text)});
  } else if (auto one = answer_by_page(asked.address, asked.body)) {
    all.push_back(*std::move(one));
  }
  return all;
}

std::optional<std::string> SystemServices::plain_answer(const Asked& asked) {
  const auto wrapped = [&](const std::string& member) {
    return absl::StrCat("{\"server\":", identity(), ",", member, "}");
  };
  switch (asked.address.service) {
    case SystemService::kClaimsUpdate:
      return wrapped(claims_.update(asked.address.account, asked.body));
    case SystemService::kClaimsList: return wrapped(claims_.list());
    case SystemService::kClaimsDelete: return wrapped(claims_.remove(asked.body));
    case SystemService::kClaimsLookup: return claims_.lookup(asked.address.account);
    default: return number_of_subscribers(asked);
  }
}

std::optional<std::string> SystemServices::number_of_subscribers(const Asked& asked) {
  try {
    if (asked.address.service == SystemService::kNsubs) return answer_nsubs(view_, asked.body);
    return answer_subscribers(view_, asked.asker, asked.body);
  } catch (const std::exception&) {
    return std::nullopt;  // these answers have no place for an error
  }
}

std::optional<SystemServices::Answer> SystemServices::answer_by_page(const ServiceAddress& address,
                                                                     std::string_view body) {
  const ServiceOptions options = read_service_options(address.service, body);
  if (!options.error.empty()) {
    return Answer{absl::StrCat("{\"server\":", identity(), ",\"error\":",
                               error_json(kBadRequest, options.error), "}")};
  }
  if (!options.filter.meets(view_.facts(), view_.options()->identity)) return std::nullopt;
  if (address.service == SystemService::kIdz) return Answer{idz_json(view_.facts())};
  if (is_deed(address.service)) return answer_with_deed(address, options);
  std::string error;
  std::optional<std::string> data;
  try {
    if (address.service == SystemService::kAccountConns) {
      auto connections = connections_of(address, options);
      if (!connections) return std::nullopt;
      return Answer{*std::move(connections)};
    }
    if (address.service == SystemService::kStatsz) {
      return Answer{statsz_answer_json(view_, usage_, identity())};
    }
    data = data_of(address, options, error);
  } catch (const std::exception&) {
    error = "the server did not answer";
  }
  if (!error.empty()) {
    return Answer{absl::StrCat("{\"server\":", identity(), ",\"data\":null,\"error\":",
                               error_json(kServerError, error), "}")};
  }
  if (!data) return std::nullopt;
  return Answer{absl::StrCat("{\"server\":", identity(), ",\"data\":", compact(*data), "}"), true};
}

SystemServices::Answer SystemServices::answer_with_deed(const ServiceAddress& address,
                                                        const ServiceOptions& options) {
  const std::string problem = address.service == SystemService::kReload
                                  ? control_.reload_configuration()
                              : address.service == SystemService::kKick
                                  ? control_.kick(options.client_id)
                                  : control_.tell_lame_duck(options.client_id);
  if (problem.empty()) return {absl::StrCat("{\"server\":", identity(), "}"), true};
  return {absl::StrCat("{\"server\":", identity(),
                       ",\"error\":", error_json(kServerError, problem), "}")};
}

std::optional<std::string> SystemServices::connections_of(const ServiceAddress& address,
                                                          const ServiceOptions& options) {
  if (!options.account.empty() && options.account != address.account) return std::nullopt;
  for (const AccountFigures& account : view_.account_figures()) {
    if (account.name != address.account || account.connections == 0) continue;
    return connections_event_json(account, new_event_id(random_), wall_now_ns(), identity());
  }
  return std::nullopt;
}

std::optional<std::string> SystemServices::data_of(const ServiceAddress& address,
                                                   const ServiceOptions& options,
                                                   std::string& error) {
  const int64_t now_ns = wall_now_ns();
  if (auto absent = absent_feature(address, view_.facts(), options.profile, now_ns)) {
    error = std::move(absent->error);
    return std::move(absent->data);
  }
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
    case SystemService::kExpvarz:
      return expvarz_json(allocator_figures(), without_secrets(process_arguments()));
    case SystemService::kAccountz:
      found = accountz_json(view_, options.account, now_ns);
      break;
    case SystemService::kAccountStatz: {
      const std::vector<std::string> one{address.account};
      return account_statz_json(view_, address.account.empty() ? options.accounts : one,
                                options.unused, now_ns);
    }
    default: found = account_info_json(view_, address.account); break;
  }
  const std::string& account = address.account.empty() ? options.account : address.account;
  if (!found) error = "Account " + account + " does not exist";
  return found;
}

std::string SystemServices::identity() {
  return identity_json(view_, answered() + 1);
}

}  // namespace antiphon
