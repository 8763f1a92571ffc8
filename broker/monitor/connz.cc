#include "broker/monitor/connz.h"

#include <algorithm>
#include <unordered_map>

#include "broker/monitor/text_forms.h"
#include "broker/runtime/clock.h"

namespace antiphon {
namespace {

enum class Direction { kRising, kFalling };

template <typename Key>
void sort_by(std::vector<SessionFacts>& sessions, Direction direction, Key key) {
  std::stable_sort(sessions.begin(), sessions.end(),
                   [&](const SessionFacts& a, const SessionFacts& b) {
                     return direction == Direction::kRising ? key(a) < key(b) : key(b) < key(a);
                   });
}

int64_t age_ns(const SessionFacts& session, int64_t now_ns) {
  return (session.stop_ns != 0 ? session.stop_ns : now_ns) - session.start_ns;
}

// What is equal stays sorted by cid.
void sort(std::vector<SessionFacts>& sessions, ConnectionOrder order, int64_t now_ns) {
  using Facts = SessionFacts;
  const auto falling = [&](auto key) { sort_by(sessions, Direction::kFalling, key); };
  const auto rising = [&](auto key) { sort_by(sessions, Direction::kRising, key); };
  rising([](const Facts& s) { return s.client_id; });
  switch (order) {
    case ConnectionOrder::kCid:
      return;
    case ConnectionOrder::kSubscriptions:
      return falling([](const Facts& s) { return s.subscription_count; });
    case ConnectionOrder::kPending:
      return falling([](const Facts& s) { return s.pending_bytes; });
    case ConnectionOrder::kMessagesTo:
      return falling([](const Facts& s) { return s.sent.messages; });
    case ConnectionOrder::kMessagesFrom:
      return falling([](const Facts& s) { return s.received.messages; });
    case ConnectionOrder::kBytesTo:
      return falling([](const Facts& s) { return s.sent.bytes; });
    case ConnectionOrder::kBytesFrom:
      return falling([](const Facts& s) { return s.received.bytes; });
    case ConnectionOrder::kLastActivity:
      return falling([](const Facts& s) { return s.last_activity_ns; });
    case ConnectionOrder::kIdle:
      return rising([](const Facts& s) { return s.last_activity_ns; });
    // The youngest first: the only figure that nats-server sorts upwards.
    case ConnectionOrder::kUptime:
      return rising([&](const Facts& s) { return age_ns(s, now_ns); });
    case ConnectionOrder::kStop:
      return falling([](const Facts& s) { return s.stop_ns; });
    case ConnectionOrder::kReason:
      return rising([](const Facts& s) { return close_reason_text(s.reason); });
    case ConnectionOrder::kRtt:
      return falling([](const Facts& s) { return s.rtt_ns; });
  }
}

bool is_chosen(const SessionFacts& session, const ConnzOptions& options) {
  if (options.client_id != 0 && session.client_id != options.client_id) return false;
  if (!options.user.empty() && session.details.user != options.user) return false;
  return options.mqtt_client.empty();
}

// Asks the open connections among `sessions` for their subscriptions.
void add_subscriptions(ServerView& view, std::vector<SessionFacts>& sessions) {
  std::unordered_map<uint64_t, SessionFacts*> wanted;
  for (SessionFacts& session : sessions) {
    const bool has_some = session.stop_ns == 0 && session.subscription_count > 0;
    if (has_some) wanted.emplace(session.client_id, &session);
  }
  if (wanted.empty()) return;
  auto detailed = view.sessions(WithSubscriptions::kYes, [&wanted](const Session& session) {
    return wanted.count(session.client_id.value) != 0;
  });
  for (SessionFacts& session : detailed) {
    wanted.at(session.client_id)->subscriptions = std::move(session.subscriptions);
  }
}

}  // namespace

ConnectionChoice choose_connections(const ConnzOptions& options, const BrokerOptions& broker,
                                    std::vector<SessionFacts> open, std::deque<SessionFacts> closed,
                                    int64_t now_ns) {
  ConnectionChoice choice;
  const auto consider = [&](SessionFacts& session) {
    if (!options.account.empty() && account_of(session, broker) != options.account) return;
    ++choice.total;
    if (is_chosen(session, options)) choice.shown.push_back(std::move(session));
  };
  if (options.state != ConnectionState::kClosed) std::for_each(open.begin(), open.end(), consider);
  if (options.state != ConnectionState::kOpen) {
    std::for_each(closed.begin(), closed.end(), consider);
  }
  sort(choice.shown, options.order, now_ns);
  const auto count = static_cast<int64_t>(choice.shown.size());
  const int64_t first = std::min(options.range.offset, count);
  const int64_t last = first + std::min(options.range.limit, count - first);
  choice.shown.erase(choice.shown.begin() + last, choice.shown.end());
  choice.shown.erase(choice.shown.begin(), choice.shown.begin() + first);
  return choice;
}

std::string connz_json(const ConnzOptions& options, const BrokerOptions& broker,
                       const ConnectionChoice& choice, const std::string& server_id,
                       int64_t now_ns) {
  // nats-server gives up early on an account it does not know: no id, and no list.
  const bool known = options.account.empty() || account_exists(options.account, broker);
  std::string out;
  JsonWriter json(out);
  json.begin_object();
  json.field("server_id", known ? server_id : std::string());
  json.field("now", time_text(now_ns));
  json.field("num_connections", choice.shown.size());
  json.field("total", choice.total);
  json.field("offset", options.range.offset);
  json.field("limit", options.range.limit);
  if (known) {
    const ConnectionForm form{options.subscriptions, options.with_user, now_ns};
    json.begin_array("connections");
    for (const SessionFacts& session : choice.shown) {
      write_connection(json, session, account_of(session, broker), form);
    }
    json.end_array();
  } else {
    json.null_field("connections");
  }
  json.end_object();
  return out;
}

Page connz_page(ServerView& view, const Query& query) {
  ArgumentReader arguments(query);
  const ConnzOptions options = read_connz_options(arguments);
  if (!arguments.error().empty()) return bad_request(arguments.error());
  const std::shared_ptr<const BrokerOptions> broker = view.options();
  std::vector<SessionFacts> open;
  std::deque<SessionFacts> closed;
  if (options.state != ConnectionState::kClosed) {
    open = view.sessions(WithSubscriptions::kNo, [](const Session&) { return true; });
  }
  if (options.state != ConnectionState::kOpen) {
    const bool are_shown = options.subscriptions != SubscriptionsShown::kNone;
    closed = view.closed_sessions(are_shown ? WithSubscriptions::kYes : WithSubscriptions::kNo);
  }
  const int64_t now_ns = wall_now_ns();
  ConnectionChoice choice =
      choose_connections(options, *broker, std::move(open), std::move(closed), now_ns);
  if (options.subscriptions != SubscriptionsShown::kNone) add_subscriptions(view, choice.shown);
  return json_page(connz_json(options, *broker, choice, view.facts().server_id, now_ns));
}

}  // namespace antiphon
