// /subsz: how subscriptions are looked up, and which there are.
//
// ORDER: by cid, then as the connection made them (nats-server has none).
// ERRORS: a bad argument is answered with status 400 and nats-server's text.
#pragma once

#include <string>
#include <vector>

#include "broker/monitor/connz.h"
#include "broker/monitor/page.h"
#include "broker/monitor/query.h"
#include "broker/monitor/server_view.h"

namespace antiphon {

struct SubszOptions {
  bool with_subscriptions = false;
  PageRange range;
  std::string test;  // only subscriptions that get what is published to this subject
  std::string account;
};

// Check arguments.error() afterwards.
SubszOptions read_subsz_options(ArgumentReader& arguments);

struct SubscriptionChoice {
  int64_t total = 0;
  std::vector<SubscriptionFacts> shown;
};

// The subscriptions of the page. Without `test` only the connections on it hand over theirs.
SubscriptionChoice choose_subscriptions(ServerView& view, const SubszOptions& options);

std::string subsz_json(const SubszOptions& options, const ShardFacts& total,
                       const SubscriptionChoice& choice, const std::string& server_id,
                       int64_t now_ns);

// The page for a query, gathered from the server.
Page subsz_page(ServerView& view, const Query& query);

}  // namespace antiphon
