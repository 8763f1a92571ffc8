#include "broker/system/service_options.h"

#include <simdjson.h>

#include <algorithm>
#include <utility>

#include "protocol/nats/limits.h"

namespace antiphon {
namespace {

using simdjson::dom::element;
using simdjson::dom::element_type;
using Pairs = std::vector<std::pair<std::string, std::string>>;

std::string text_of(element value) {
  std::string_view text;
  return value.get(text) == simdjson::SUCCESS ? std::string(text) : std::string();
}

bool is_text(element value) { return value.type() == element_type::STRING; }

std::vector<std::string> texts_of(element value) {
  std::vector<std::string> texts;
  simdjson::dom::array list;
  if (value.get(list) != simdjson::SUCCESS) return texts;
  for (const element item : list) texts.push_back(text_of(item));
  return texts;
}

// Whether it is one of the conditions; `good` tells whether it can be used.
bool read_condition(std::string_view name, element value, ServerFilter& filter, bool& good) {
  const std::pair<std::string_view, std::string ServerFilter::*> kTexts[] = {
      {"server_name", &ServerFilter::name},
      {"host", &ServerFilter::host},
      {"cluster", &ServerFilter::cluster},
      {"domain", &ServerFilter::domain}};
  for (const auto& [known, field] : kTexts) {
    if (name != known) continue;
    filter.*field = text_of(value);
    good = is_text(value);
    return true;
  }
  if (name == "exact_match") {
    good = value.get(filter.exact) == simdjson::SUCCESS;
    return true;
  }
  if (name != "tags") return false;
  filter.tags = texts_of(value);
  good = value.is_array();
  return true;
}

// The argument as it stands in an address. Numbers, flags and texts have their own words.
std::string argument_text(element value) {
  bool flag = false;
  if (value.get(flag) == simdjson::SUCCESS) return flag ? "true" : "";
  if (is_text(value)) return text_of(value);
  return simdjson::minify(value);
}

constexpr std::string_view kStates[] = {"open", "closed", "all"};

void add_connz(std::string_view name, element value, Pairs& pairs) {
  if (name == "subscriptions" || name == "subscriptions_detail") {
    bool on = false;
    if (value.get(on) == simdjson::SUCCESS && on) {
      const bool detail = name == "subscriptions_detail";
      // Details win over the plain list, whichever comes first.
      pairs.emplace(detail ? pairs.begin() : pairs.end(), "subs", detail ? "detail" : "true");
    }
    return;
  }
  uint64_t state = 0;
  if (name == "state" && value.get(state) == simdjson::SUCCESS && state < std::size(kStates)) {
    pairs.emplace_back(name, kStates[state]);
    return;
  }
  pairs.emplace_back(name, argument_text(value));
}

void add_argument(SystemService service, std::string_view name, element value, Pairs& pairs) {
  if (service == SystemService::kConnz) return add_connz(name, value, pairs);
  if (service == SystemService::kSubsz) {
    if (name == "subscriptions") name = "subs";
    if (name == "account") name = "acc";
  }
  pairs.emplace_back(name, argument_text(value));
}

// Whether it is an option of the service itself, not of a page; `good` tells whether it can be used.
bool read_option(SystemService service, std::string_view name, element value, ServiceOptions& options,
                 bool& good) {
  switch (service) {
    case SystemService::kAccountz:
      if (name != "account") return false;
      options.account = text_of(value);
      return true;
    case SystemService::kAccountConns:
      if (name != "acc") return false;
      options.account = text_of(value);
      good = is_text(value);
      return true;
    case SystemService::kAccountStatz:
      if (name == "accounts") {
        options.accounts = texts_of(value);
        good = value.is_array();
      } else if (name == "include_unused") {
        good = value.get(options.unused) == simdjson::SUCCESS;
      }
      return true;
    case SystemService::kProfilez:
      if (name == "name") options.profile = text_of(value);
      return true;
    case SystemService::kKick:
    case SystemService::kLameDuck:
      if (name == "cid") good = value.get(options.client_id) == simdjson::SUCCESS;
      return true;
    default: return false;
  }
}

bool is_part(const std::string& whole, const std::string& part, bool exact) {
  if (part.empty()) return true;
  return exact ? whole == part : whole.find(part) != whole.npos;
}

}  // namespace

// There is neither a cluster nor a domain yet: whoever asks for one means another server.
bool ServerFilter::meets(const ServerFacts& server, const IdentityOptions& identity) const {
  const bool has_tags = std::all_of(tags.begin(), tags.end(), [&](const std::string& tag) {
    return std::find(identity.tags.begin(), identity.tags.end(), tag) != identity.tags.end();
  });
  return has_tags && cluster.empty() && domain.empty() && is_part(server.server_name, name, exact) &&
         is_part(server.host, host, exact);
}

ServiceOptions read_service_options(SystemService service, std::string_view body) {
  ServiceOptions options;
  if (body.empty()) return options;
  simdjson::dom::parser parser;
  simdjson::dom::object object;
  const bool parsed = body.size() <= ServiceOptions::kBodyBytesMax &&
                      parser.allocate(body.size(), kJsonDepthMax) == simdjson::SUCCESS &&
                      parser.parse(body).get(object) == simdjson::SUCCESS;
  if (!parsed) {
    options.error = "the request's body is no JSON object";
    return options;
  }
  Pairs pairs;
  for (const auto [name, value] : object) {
    if (value.is_null()) continue;
    bool good = true;
    if (!read_condition(name, value, options.filter, good) &&
        !read_option(service, name, value, options, good)) {
      add_argument(service, name, value, pairs);
    }
    if (!good) options.error = "the field \"" + std::string(name) + "\" is of the wrong kind";
  }
  options.arguments = Query(std::move(pairs));
  return options;
}

}  // namespace antiphon
