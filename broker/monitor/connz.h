// /connz: the connections of the server, open and closed ones.
//
// MODEL: read what is asked for, choose and sort the connections, write a page of them. Only the
// connections of that page are asked for their subscriptions.
// ERRORS: a bad argument is answered with status 400 and nats-server's text.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "broker/monitor/connection_json.h"
#include "broker/monitor/page.h"
#include "broker/monitor/query.h"
#include "broker/monitor/server_view.h"

namespace antiphon {

enum class ConnectionState : uint8_t { kOpen, kClosed, kAny };

enum class ConnectionOrder : uint8_t {
  kCid,  // also by start
  kSubscriptions,
  kPending,
  kMessagesTo,
  kMessagesFrom,
  kBytesTo,
  kBytesFrom,
  kLastActivity,
  kIdle,
  kUptime,
  kStop,
  kReason,
  kRtt,
};

// How many connections or subscriptions a page has at most unless it is told otherwise.
inline constexpr int64_t kPageLimitDefault = 1024;

// Which part of a list is shown. INVARIANTS: offset >= 0, limit > 0.
struct PageRange {
  int64_t offset = 0;
  int64_t limit = kPageLimitDefault;
};
// From the arguments "offset" and "limit"; a negative offset is none, a limit below 1 the default.
PageRange read_page_range(ArgumentReader& arguments);

struct ConnzOptions {
  ConnectionOrder order = ConnectionOrder::kCid;
  ConnectionState state = ConnectionState::kOpen;
  SubscriptionsShown subscriptions = SubscriptionsShown::kNone;
  bool with_user = false;
  PageRange range;
  // Only connections with these; 0 and "" ask for nothing.
  uint64_t client_id = 0;
  std::string user;
  std::string account;
  std::string mqtt_client;  // no connection has one
};

// Check arguments.error() afterwards.
ConnzOptions read_connz_options(ArgumentReader& arguments);

struct ConnectionChoice {
  int64_t total = 0;  // of all in that state and account
  std::vector<SessionFacts> shown;
};

// Chooses from all connections those of the page, in order.
ConnectionChoice choose_connections(const ConnzOptions& options, const BrokerOptions& broker,
                                    std::vector<SessionFacts> open, std::deque<SessionFacts> closed,
                                    int64_t now_ns);

std::string connz_json(const ConnzOptions& options, const BrokerOptions& broker,
                       const ConnectionChoice& choice, const std::string& server_id,
                       int64_t now_ns);

// The page for a query, gathered from the server.
Page connz_page(ServerView& view, const Query& query);

}  // namespace antiphon
