// Server: what monitoring asks.
#include "broker/server/server.h"

#include <algorithm>

#include "broker/system/event_feed.h"
#include "broker/system/system_services.h"
#include "protocol/subject/subject.h"

namespace antiphon {
namespace {

// Sessions looked at in one portion when monitoring or lame duck mode asks a shard for all.
constexpr size_t kSessionsPerPortion = 512;

void add_traffic(AccountFigures& account, const TrafficCounters& received,
                 const TrafficCounters& sent) {
  account.received += received;
  account.sent += sent;
}

}  // namespace

ServerFacts Server::facts() const {
  const std::lock_guard lock(mutex_);
  ServerFacts facts;
  const ServerInfo info = server_info(*options_);
  facts.server_id = info.server_id;
  facts.server_name = info.server_name;
  facts.version = info.version;
  facts.host = options_->listen.host;
  facts.port = port_;
  facts.http_port = http_port_.load(std::memory_order_relaxed);
  facts.https_port = https_port_.load(std::memory_order_relaxed);
  facts.start_ns = start_ns_;
  facts.config_load_ns = config_load_ns_;
  if (tls_ != nullptr) facts.tls_cert_not_after_ns = tls_->certificate_not_after_ns();
  facts.config_digest = config_digest_;
  facts.lame_duck = info.lame_duck;
  facts.handshakes = handshakes_->counts();
  facts.pending_total_bytes_max = pending_budget_->max();
  facts.system_requests = system_->answered();
  facts.system_requests_dropped = system_->dropped();
  facts.system_events = events_->told();
  facts.system_events_dropped = events_->dropped();
  facts.audit_records_dropped = audit_ == nullptr ? 0 : audit_->dropped();
  return facts;
}

std::shared_ptr<const BrokerOptions> Server::options() const {
  const std::lock_guard lock(mutex_);
  return options_;
}

// Relaxed: counts to be shown.
int64_t Server::connections() const {
  return counts_.connections.load(std::memory_order_relaxed);
}
uint64_t Server::total_connections() const {
  return counts_.total_connections.load(std::memory_order_relaxed);
}

std::vector<AccountFacts> Server::accounts() {
  std::vector<std::string> names;
  {
    const std::lock_guard lock(mutex_);
    names = accounts_;
  }
  std::vector<AccountFacts> all;
  for (uint32_t id = 0; id < names.size(); ++id) {
    // Relaxed: a count to be shown.
    all.push_back({std::move(names[id]),
                   counts_.accounts.of(AccountId{id}).load(std::memory_order_relaxed)});
  }
  return all;
}

std::vector<AccountFigures> Server::account_figures() {
  std::vector<AccountFigures> all;
  for (AccountFacts& account : accounts()) {
    AccountFigures& figures = all.emplace_back();
    figures.name = std::move(account.name);
    figures.connections = account.connections;
  }
  if (!wait_until_serving()) return all;
  for (auto& thread : threads_) {
    bool more = true;
    for (size_t first = 0; more; first += kSessionsPerPortion) {
      more = ask_shard(*thread, [&](Shard& shard) {
        return shard.sessions.visit_some(first, kSessionsPerPortion, [&](const Session& session) {
          if (!session.in_account || session.account.value >= all.size()) return;
          add_traffic(all[session.account.value], session.received, session.sent);
        });
      });
    }
    ask_shard(*thread, [&all](Shard& shard) {
      for (size_t i = 0; i < std::min(all.size(), shard.accounts.size()); ++i) {
        const AccountState& account = *shard.accounts[i];
        add_traffic(all[i], account.ended_received, account.ended_sent);
        all[i].subscriptions += account.sublist.counters().subscriptions;
        all[i].slow_consumers += account.slow_consumers;
        all[i].tag = shard.settings->account_tag(account.id);
      }
      return true;
    });
  }
  return all;
}

std::vector<ShardFacts> Server::shards(const std::string& only) {
  std::vector<ShardFacts> all;
  if (!wait_until_serving()) return all;
  for (auto& thread : threads_) {
    all.push_back(ask_shard(*thread, [&only](Shard& shard) {
      ShardFacts facts;
      facts.counters = shard.counters;
      for (const auto& account : shard.accounts) {
        if (!only.empty() && account->name != only) continue;
        const SublistCounters& counters = account->sublist.counters();
        facts.sublist.subscriptions += counters.subscriptions;
        facts.sublist.inserts += counters.inserts;
        facts.sublist.removes += counters.removes;
        facts.sublist.matches += counters.matches;
        facts.sublist.cache_hits += counters.cache_hits;
        facts.cached_matches += account->sublist.cached();
      }
      facts.sessions = shard.sessions.count();
      facts.waiting_logins = shard.waiting_logins.size();
      facts.buffer_bytes = shard.pool.bytes_in_use();
      facts.stranger_bytes = shard.stranger_bytes;
      const bool knows_strangers = shard.settings->authenticator->requires_connect();
      facts.stranger_bytes_max = knows_strangers ? shard.settings->stranger_bytes_max : 0;
      return facts;
    }));
  }
  return all;
}

std::vector<SessionFacts> Server::sessions(WithSubscriptions with,
                                           const std::function<bool(const Session&)>& keep) {
  std::vector<SessionFacts> all;
  if (!wait_until_serving()) return all;
  for (auto& thread : threads_) {
    bool more = true;
    for (size_t first = 0; more; first += kSessionsPerPortion) {
      more = ask_shard(*thread, [&](Shard& shard) {
        return shard.sessions.visit_some(first, kSessionsPerPortion, [&](const Session& session) {
          if (!session.is_closing() && keep(session)) all.push_back(facts_of(session, with));
        });
      });
    }
  }
  return all;
}

uint64_t Server::subscribers(const SubscriberQuery& query) {
  const std::vector<AccountFacts> known = accounts();
  const auto found = std::find_if(known.begin(), known.end(), [&query](const AccountFacts& account) {
    return account.name == query.account;
  });
  if (found == known.end() || !wait_until_serving()) return 0;
  const AccountId account{static_cast<uint32_t>(found - known.begin())};
  uint64_t count = 0;
  for (auto& thread : threads_) {
    if (!has_wildcard(query.subject)) {
      count += ask_shard(*thread, [&](Shard& shard) {
        return account.value < shard.accounts.size() ? subscribers_reached(shard, account, query)
                                                     : uint64_t{0};
      });
      continue;
    }
    bool more = true;
    for (size_t first = 0; more; first += kSessionsPerPortion) {
      more = ask_shard(*thread, [&](Shard& shard) {
        return shard.sessions.visit_some(first, kSessionsPerPortion, [&](const Session& session) {
          count += subscribers_within(shard, session, account, query);
        });
      });
    }
  }
  return count;
}

std::deque<SessionFacts> Server::closed_sessions(WithSubscriptions with) const {
  return closed_sessions_->snapshot(with);
}

std::string Server::health() {
  return {};
}

std::shared_ptr<Companion> Server::companion() const {
  const std::lock_guard lock(mutex_);
  return companion_;
}

}  // namespace antiphon
