// What monitoring may ask of the running server.
//
// WHY an interface: the pages are functions of facts; a test feeds them facts of its own, the
// server gathers real ones from its shards. THREADS: called on monitoring's threads, possibly on
// two at once. Functions that gather from shards wait for them; each shard answers between two
// turns, in portions, so that traffic is not held up. A function that throws costs the request that
// asked, nothing else.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "broker/config/broker_options.h"
#include "broker/monitor/companion.h"
#include "broker/net/handshake_counts.h"
#include "broker/session/session_facts.h"
#include "broker/session/shard.h"
#include "broker/session/subscriber_count.h"

namespace antiphon {

// What does not change while the server runs (except by reload).
struct ServerFacts {
  std::string server_id;
  std::string server_name;
  std::string version;  // the nats-server version whose behaviour is followed
  std::string host;
  uint16_t port = 0;           // of the client listener, as bound
  uint16_t http_port = 0;      // 0: none
  uint16_t https_port = 0;     // 0: none
  int64_t start_ns = 0;        // wall clock
  int64_t config_load_ns = 0;  // wall clock of the last (re)load
  std::string config_digest;   // "sha256:..." or empty
  std::vector<std::string> connect_urls;
  int64_t tls_cert_not_after_ns = 0;  // 0: no TLS
  bool lame_duck = false;
  HandshakeCounts handshakes;
  uint64_t pending_total_bytes_max = 0;  // of all connections together
  uint64_t audit_records_dropped = 0;
  uint64_t system_requests = 0;          // that were answered
  uint64_t system_requests_dropped = 0;  // because too many waited
  uint64_t system_events = 0;            // that the system account was told
  uint64_t system_events_dropped = 0;    // because too many waited
};

// One shard at one moment.
struct ShardFacts {
  ShardCounters counters;
  SublistCounters sublist;  // all accounts together
  uint64_t cached_matches = 0;
  uint64_t cached_fanout_max = 0;  // entries that the widest remembered match found
  uint64_t cached_fanout_sum = 0;  // and all of them together
  uint64_t sessions = 0;
  uint64_t waiting_logins = 0;  // for the answer of an auth callout service
  uint64_t buffer_bytes = 0;  // held by pending output
  uint64_t stranger_bytes = 0;  // unfinished lines of who has not logged in
  uint64_t stranger_bytes_max = 0;  // 0: nobody has to log in
};

struct AccountFacts {
  std::string name;
  int64_t connections = 0;  // clients, now
};

// One account at one moment.
struct AccountFigures {
  std::string name;
  std::string tag;  // what people call it
  int64_t connections = 0;  // clients
  uint64_t subscriptions = 0;
  // Since the start. A client that changes its account takes with it what it sent and got.
  TrafficCounters received;
  TrafficCounters sent;
  uint64_t slow_consumers = 0;
};

class ServerView {
 public:
  virtual ~ServerView() = default;

  virtual ServerFacts facts() const = 0;
  virtual std::shared_ptr<const BrokerOptions> options() const = 0;
  virtual int64_t connections() const = 0;
  virtual uint64_t total_connections() const = 0;
  virtual std::vector<AccountFacts> accounts() = 0;
  // The same accounts in the same order; it looks at every session.
  virtual std::vector<AccountFigures> account_figures() = 0;
  // `account` empty: subscriptions of all accounts.
  virtual std::vector<ShardFacts> shards(const std::string& account) = 0;
  // Every open session for which `keep` is true. `keep` runs on the shards, possibly on several at
  // once.
  virtual std::vector<SessionFacts> sessions(WithSubscriptions with,
                                             const std::function<bool(const Session&)>& keep) = 0;
  // Subscriptions that the query counts; none of an account that is not known. REQUIRES: its subject is valid.
  virtual uint64_t subscribers(const SubscriberQuery& query) = 0;
  virtual std::deque<SessionFacts> closed_sessions(WithSubscriptions with) const = 0;
  // Empty when the server is healthy; else what is wrong.
  virtual std::string health() = 0;
  // What runs beside the server; null: nothing does.
  virtual std::shared_ptr<Companion> companion() const { return nullptr; }
};

}  // namespace antiphon
