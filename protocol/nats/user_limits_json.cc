#include "protocol/nats/user_limits_json.h"

namespace antiphon {
namespace {

using claims_json::element;
using claims_json::read_flag;
using claims_json::read_integer;
using claims_json::read_list;
using claims_json::read_object;
using claims_json::read_text;
using claims_json::read_texts;

bool read_rules(element value, std::vector<std::string>& allow, std::vector<std::string>& deny) {
  constexpr std::array<std::string_view, 2> kNames = {"allow", "deny"};
  return read_object(value, kNames, [&](size_t field, element list) {
    return read_texts(list, field == 0 ? allow : deny);
  });
}

// Zero means the default, below zero no limit. `ttl` is in nanoseconds.
bool read_responses(element value, std::optional<ResponseRule>& responses) {
  constexpr std::array<std::string_view, 2> kNames = {"max", "ttl"};
  constexpr int64_t kNanosecondsPerMs = 1'000'000;
  int64_t most = 0;
  int64_t ttl_ns = 0;
  const bool read = read_object(value, kNames, [&](size_t field, element number) {
    return read_integer(number, field == 0 ? most : ttl_ns);
  });
  ResponseRule& rule = responses.emplace();
  if (most != 0) rule.messages_max = most;
  if (ttl_ns != 0) rule.expires_ms = ttl_ns < 0 ? -1 : (ttl_ns - 1) / kNanosecondsPerMs + 1;
  return read;
}

// A list, or a text with commas.
bool read_sources(element value, std::vector<std::string>& sources) {
  std::string_view text;
  if (value.get(text) != simdjson::SUCCESS) return read_texts(value, sources);
  while (!text.empty()) {
    const std::string_view one = text.substr(0, text.find(','));
    text.remove_prefix(std::min(one.size() + 1, text.size()));
    const size_t first = one.find_first_not_of(' ');
    if (first == one.npos) continue;
    sources.emplace_back(one.substr(first, one.find_last_not_of(' ') - first + 1));
  }
  return true;
}

bool read_times(element value, std::vector<TimeRange>& times) {
  constexpr std::array<std::string_view, 2> kNames = {"start", "end"};
  return read_list(value, [&](element item) {
    TimeRange& range = times.emplace_back();
    return read_object(item, kNames, [&](size_t field, element text) {
      return read_text(text, field == 0 ? range.start : range.end);
    });
  });
}

}  // namespace

bool read_jwt_permissions(element value, JwtPermissions& permissions) {
  constexpr std::array<std::string_view, 3> kNames = {"pub", "sub", "resp"};
  return read_object(value, kNames, [&](size_t field, element part) {
    switch (field) {
      case 0: return read_rules(part, permissions.publish_allow, permissions.publish_deny);
      case 1: return read_rules(part, permissions.subscribe_allow, permissions.subscribe_deny);
      default: return read_responses(part, permissions.responses);
    }
  });
}

bool read_user_limits(element value, UserLimits& limits) {
  constexpr std::array<std::string_view, 9> kNames = {
      "src",     "times",        "times_location", "subs", "payload", "data", "bearer_token",
      "proxy_required", "allowed_connection_types"};
  if (!read_jwt_permissions(value, limits.permissions)) return false;
  return read_object(value, kNames, [&](size_t field, element part) {
    switch (field) {
      case 0: return read_sources(part, limits.sources);
      case 1: return read_times(part, limits.times);
      case 2: return read_text(part, limits.times_location);
      case 3: return read_integer(part, limits.subscriptions_max);
      case 4: return read_integer(part, limits.payload_bytes_max);
      case 5: return read_integer(part, limits.data_bytes_max);
      case 6: return read_flag(part, limits.bearer_token);
      case 7: return read_flag(part, limits.proxy_required);
      default: return read_texts(part, limits.connection_types);
    }
  });
}

}  // namespace antiphon
