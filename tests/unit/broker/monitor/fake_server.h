// A server for monitoring to look at: real sessions and subscriptions, set up by the test.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "broker/monitor/server_view.h"
#include "broker/routing/sublist.h"

namespace antiphon {

class FakeServer final : public ServerView {
 public:
  static constexpr int64_t kSecondNs = 1'000'000'000;
  // 2026-11-22T14:37:21.5Z
  static constexpr int64_t kStartNs = 1'795'358'241 * kSecondNs + kSecondNs / 2;

  FakeServer() {
    facts_.server_id = "NSERVERID";
    facts_.server_name = "broker.example.net";
    facts_.version = "2.15.2";
    facts_.host = "127.0.0.1";
    facts_.port = 4222;
    facts_.start_ns = kStartNs;
    facts_.config_load_ns = kStartNs;
    facts_.config_digest = "sha256:00";
    options_.monitoring.http_port = 8222;
    options_.listen.host = "127.0.0.1";
    shards_.resize(1);
  }
  ~FakeServer() override {
    for (Session& session : sessions_) {
      for (const auto& subscription : session.subscriptions) sublist_.remove(*subscription);
    }
  }

  // ---- What the test sets up ----
  ServerFacts facts_;
  BrokerOptions options_;
  std::vector<ShardFacts> shards_;
  std::vector<AccountFacts> accounts_{{"$G", 0}};
  std::deque<Session> sessions_;
  std::deque<SessionFacts> closed_;
  std::vector<AccountFigures> account_figures_;
  uint64_t total_connections_ = 0;
  std::string health_;
  uint64_t subscribers_ = 0;
  std::vector<SubscriberQuery> queries_;  // that were asked
  std::shared_ptr<Companion> companion_;
  std::function<void()> before_sessions_ = [] {};  // runs when the sessions are asked for

  // A client that has sent CONNECT, with a cid of its own, counted from 1.
  Session& connect(std::string name = "n") {
    Session& session = sessions_.emplace_back();
    session.client_id = {++total_connections_};
    session.state = SessionState::kOpen;
    session.start_ns = kStartNs;
    session.last_activity_ns = kStartNs;
    session.peer.ip = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 127, 0, 0, 1};
    session.peer.port = static_cast<uint16_t>(40000 + total_connections_);
    session.details =
        std::make_unique<ClientDetails>(ClientDetails{std::move(name), "cc", "1", "", "$G"});
    return session;
  }
  Subscription& subscribe(Session& session, std::string_view subject, std::string_view sid,
                          std::string_view queue = {}) {
    Subscription& subscription = session.subscriptions.add(&session, sid);
    sublist_.insert(subscription, subject, queue);
    return subscription;
  }
  // The session as it is, kept as one that ended a second after its start.
  void keep_as_closed(const Session& session, CloseReason reason) {
    SessionFacts facts = facts_of(session, WithSubscriptions::kYes);
    facts.stop_ns = facts.start_ns + kSecondNs;
    facts.reason = reason;
    closed_.push_back(std::move(facts));
  }

  // ---- ServerView ----
  ServerFacts facts() const override { return facts_; }
  std::shared_ptr<const BrokerOptions> options() const override {
    return std::make_shared<const BrokerOptions>(options_);
  }
  int64_t connections() const override { return static_cast<int64_t>(sessions_.size()); }
  uint64_t total_connections() const override { return total_connections_; }
  std::vector<AccountFacts> accounts() override { return accounts_; }
  std::vector<AccountFigures> account_figures() override { return account_figures_; }
  std::vector<ShardFacts> shards(const std::string&) override { return shards_; }
  std::vector<SessionFacts> sessions(WithSubscriptions with,
                                     const std::function<bool(const Session&)>& keep) override {
    before_sessions_();
    std::vector<SessionFacts> all;
    for (const Session& session : sessions_) {
      if (keep(session)) all.push_back(facts_of(session, with));
    }
    return all;
  }
  uint64_t subscribers(const SubscriberQuery& query) override {
    queries_.push_back(query);
    return subscribers_;
  }
  std::deque<SessionFacts> closed_sessions(WithSubscriptions with) const override {
    std::deque<SessionFacts> all = closed_;
    if (with == WithSubscriptions::kNo) {
      for (SessionFacts& facts : all) facts.subscriptions.clear();
    }
    return all;
  }
  std::string health() override { return health_; }
  std::shared_ptr<Companion> companion() const override { return companion_; }

 private:
  Sublist sublist_;
};

}  // namespace antiphon
