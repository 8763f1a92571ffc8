#include "broker/system/subscriber_service.h"

#include <simdjson.h>

#include <algorithm>
#include <limits>

#include "broker/session/subscriber_count.h"
#include "broker/system/service_options.h"
#include "protocol/bytes/base64.h"
#include "protocol/nats/limits.h"
#include "protocol/subject/subject.h"

namespace antiphon {
namespace {

constexpr std::string_view kBlanks = " \t\r\n\v\f";

// The reference counts in 32 bits.
std::string number_text(uint64_t count) {
  return std::to_string(std::min<uint64_t>(count, std::numeric_limits<int32_t>::max()));
}

uint64_t count(ServerView& view, const SubscriberQuery& query) {
  return is_valid_subject(query.subject) ? view.subscribers(query) : 0;
}

// Whether the member is absent or a text.
bool read_text(const simdjson::dom::object& object, std::string_view name,
               std::optional<std::string>& text) {
  simdjson::dom::element member;
  if (object.at_key(name).get(member) != simdjson::SUCCESS || member.is_null()) return true;
  std::string_view found;
  if (member.get(found) != simdjson::SUCCESS) return false;
  text = std::string(found);
  return true;
}

std::optional<SubscriberQuery> read_query(std::string_view body) {
  simdjson::dom::parser parser;
  simdjson::dom::object object;
  if (body.empty() || body.size() > ServiceOptions::kBodyBytesMax ||
      parser.allocate(body.size(), kJsonDepthMax) != simdjson::SUCCESS ||
      parser.parse(body).get(object) != simdjson::SUCCESS) {
    return std::nullopt;
  }
  std::optional<std::string> account;
  std::optional<std::string> subject;
  std::optional<std::string> queue;
  if (!read_text(object, "acc", account) || !read_text(object, "subject", subject) ||
      !read_text(object, "queue", queue)) {
    return std::nullopt;
  }
  SubscriberQuery query{account.value_or(""), subject.value_or(""), std::nullopt};
  if (queue) {
    query.queue = decode_base64(*queue);
    if (!query.queue) return std::nullopt;
  }
  return query;
}

}  // namespace

std::optional<std::string> answer_nsubs(ServerView& view, std::string_view body) {
  const auto query = read_query(body);
  if (!query) return std::nullopt;
  const std::vector<AccountFacts> accounts = view.accounts();
  const bool has_clients = std::any_of(
      accounts.begin(), accounts.end(), [&](const AccountFacts& account) {
        return account.name == query->account && account.connections > 0;
      });
  if (!has_clients) return std::nullopt;
  return number_text(count(view, *query));
}

std::string answer_subscribers(ServerView& view, const std::string& account,
                               std::string_view body) {
  body.remove_prefix(std::min(body.find_first_not_of(kBlanks), body.size()));
  body = body.substr(0, body.find_last_not_of(kBlanks) + 1);
  const size_t blank = body.find(' ');
  SubscriberQuery query{account, std::string(body.substr(0, blank)), std::nullopt};
  if (blank != body.npos) {
    body.remove_prefix(blank + 1);
    query.queue = std::string(body.substr(0, body.find(' ')));
  }
  return number_text(count(view, query));
}

}  // namespace antiphon
