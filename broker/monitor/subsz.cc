#include "broker/monitor/subsz.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <unordered_set>

#include "broker/monitor/server_totals.h"
#include "broker/monitor/text_forms.h"
#include "broker/runtime/clock.h"
#include "protocol/bytes/text.h"
#include "protocol/subject/subject.h"

namespace antiphon {
namespace {

void sort_by_cid(std::vector<SessionFacts>& sessions) {
  std::sort(sessions.begin(), sessions.end(),
            [](const SessionFacts& a, const SessionFacts& b) { return a.client_id < b.client_id; });
}

// Keeps what lies in the range, counted from `first`.
void cut(std::vector<SubscriptionFacts>& all, int64_t first, int64_t count) {
  const auto size = static_cast<int64_t>(all.size());
  const int64_t begin = std::min(first, size);
  const int64_t end = begin + std::min(count, size - begin);
  all.erase(all.begin() + end, all.end());
  all.erase(all.begin(), all.begin() + begin);
}

std::string account_name(const SessionFacts& session) {
  const std::string& name = session.details.account_name;
  return name.empty() ? std::string(kGlobalAccountName) : name;
}

bool is_in(const Session& session, const std::string& account) {
  if (account.empty()) return true;
  return session.details == nullptr ? account == kGlobalAccountName
                                    : session.details->account_name == account;
}

SubscriptionChoice choose_matching(ServerView& view, const SubszOptions& options) {
  const std::string& subject = options.test;
  auto sessions = view.sessions(WithSubscriptions::kYes, [&](const Session& session) {
    if (!is_in(session, options.account)) return false;
    return std::any_of(session.subscriptions.begin(), session.subscriptions.end(),
                       [&](const auto& subscription) {
                         return subject_matches(subscription->entry->subject(), subject);
                       });
  });
  sort_by_cid(sessions);
  SubscriptionChoice choice;
  for (SessionFacts& session : sessions) {
    for (SubscriptionFacts& subscription : session.subscriptions) {
      if (subject_matches(subscription.subject, subject)) {
        subscription.account = account_name(session);
        choice.shown.push_back(std::move(subscription));
      }
    }
  }
  choice.total = static_cast<int64_t>(choice.shown.size());
  cut(choice.shown, options.range.offset, options.range.limit);
  return choice;
}

// The connections whose subscriptions are on the page, and how many of the first one's come before.
struct Portion {
  int64_t total = 0;
  int64_t skipped = 0;
  std::unordered_set<uint64_t> client_ids;
};

Portion portion_of(const std::vector<SessionFacts>& sessions, PageRange range) {
  Portion portion;
  for (const SessionFacts& session : sessions) {
    const auto count = static_cast<int64_t>(session.subscription_count);
    const int64_t begin = portion.total;
    portion.total += count;
    if (portion.total <= range.offset) continue;  // wholly before the page
    if (begin > range.offset && begin - range.offset >= range.limit) continue;  // behind it
    if (portion.client_ids.empty()) portion.skipped = range.offset - begin;
    portion.client_ids.insert(session.client_id);
  }
  return portion;
}

SubscriptionChoice choose_in_order(ServerView& view, const SubszOptions& options) {
  const PageRange range = options.range;
  auto counted = view.sessions(WithSubscriptions::kNo, [&options](const Session& session) {
    return !session.subscriptions.empty() && is_in(session, options.account);
  });
  sort_by_cid(counted);
  const Portion portion = portion_of(counted, range);
  SubscriptionChoice choice;
  choice.total = portion.total;
  if (portion.client_ids.empty()) return choice;
  auto sessions = view.sessions(WithSubscriptions::kYes, [&portion](const Session& session) {
    return portion.client_ids.count(session.client_id.value) != 0;
  });
  sort_by_cid(sessions);
  for (SessionFacts& session : sessions) {
    for (SubscriptionFacts& subscription : session.subscriptions) {
      subscription.account = account_name(session);
    }
    std::move(session.subscriptions.begin(), session.subscriptions.end(),
              std::back_inserter(choice.shown));
  }
  cut(choice.shown, portion.skipped, range.limit);
  return choice;
}

double share(uint64_t part, uint64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace

SubszOptions read_subsz_options(ArgumentReader& arguments) {
  SubszOptions options;
  options.with_subscriptions = arguments.boolean("subs");
  options.range = read_page_range(arguments);
  options.test = arguments.text("test");
  options.account = arguments.text("acc");
  if (!options.test.empty() && !is_valid_literal_subject(options.test)) {
    arguments.reject(
        absl::StrCat("invalid test subject, must be valid publish subject: ", options.test));
  }
  return options;
}

SubscriptionChoice choose_subscriptions(ServerView& view, const SubszOptions& options) {
  return options.test.empty() ? choose_in_order(view, options)
                              : choose_matching(view, options);
}

std::string subsz_json(const SubszOptions& options, const ShardFacts& total,
                       const SubscriptionChoice& choice, const std::string& server_id,
                       int64_t now_ns) {
  const SublistCounters& counters = total.sublist;
  std::string out;
  JsonWriter json(out);
  json.begin_object();
  json.field("server_id", server_id);
  json.field("now", time_text(now_ns));
  json.field("num_subscriptions", counters.subscriptions);
  json.field("num_cache", total.cached_matches);
  json.field("num_inserts", counters.inserts);
  json.field("num_removes", counters.removes);
  json.field("num_matches", counters.matches);
  json.field("cache_hit_rate", share(counters.cache_hits, counters.matches));
  json.field("max_fanout", total.cached_fanout_max);
  json.field("avg_fanout", share(total.cached_fanout_sum, total.cached_matches));
  json.field("total", choice.total);
  json.field("offset", options.range.offset);
  json.field("limit", options.range.limit);
  if (!choice.shown.empty()) {
    json.begin_array("subscriptions_list");
    for (const SubscriptionFacts& subscription : choice.shown) {
      write_subscription(json, subscription, subscription.account);
    }
    json.end_array();
  }
  json.end_object();
  return out;
}

Page subsz_page(ServerView& view, const Query& query) {
  ArgumentReader arguments(query);
  const SubszOptions options = read_subsz_options(arguments);
  if (!arguments.error().empty()) return bad_request(arguments.error());
  ShardFacts total;
  SubscriptionChoice choice;
  if (options.account.empty() || account_exists(options.account, *view.options())) {
    total = total_of(view.shards(options.account));
    if (options.with_subscriptions) choice = choose_subscriptions(view, options);
  }
  return json_page(subsz_json(options, total, choice, view.facts().server_id, wall_now_ns()));
}

}  // namespace antiphon
