#include "broker/session/closed_record.h"

#include <gtest/gtest.h>

#include <limits>

namespace antiphon {
namespace {

constexpr auto kMost = std::numeric_limits<uint64_t>::max();

SubscriptionFacts subscription(std::string subject, std::string queue, std::string sid,
                               uint64_t delivered, uint64_t max_messages, uint64_t client_id) {
  SubscriptionFacts facts;
  facts.subject = std::move(subject);
  facts.queue = std::move(queue);
  facts.sid = std::move(sid);
  facts.delivered = delivered;
  facts.max_messages = max_messages;
  facts.client_id = client_id;
  return facts;
}

SessionFacts full() {
  SessionFacts facts;
  facts.client_id = 123'456'789;
  facts.peer.ip = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 255};
  facts.peer.port = 65'535;
  facts.start_ns = 1'790'000'000'123'456'789;
  facts.last_activity_ns = 1'790'000'001'000'000'000;
  facts.stop_ns = 1'790'000'002'000'000'001;
  facts.reason = CloseReason::kAuthorityRemoved;
  facts.rtt_ns = 127;
  facts.pending_bytes = 128;
  facts.received = {1, kMost};
  facts.sent = {300, 0};
  facts.subscription_count = 2000;
  facts.details = {"a name", "go", "1.2", std::string("\0\xff", 2), std::string(5000, 'a')};
  facts.tls = {"1.3", "TLS_AES_128_GCM_SHA256"};
  facts.tls_first = true;
  facts.subscriptions.push_back(subscription("a.*.c", "", "1", 5, 0, facts.client_id));
  facts.subscriptions.push_back(
      subscription(std::string(300, 's'), "workers", "sid", kMost, 10, facts.client_id));
  return facts;
}

void expect_same(const SubscriptionFacts& a, const SubscriptionFacts& b) {
  EXPECT_EQ(a.subject, b.subject);
  EXPECT_EQ(a.queue, b.queue);
  EXPECT_EQ(a.sid, b.sid);
  EXPECT_EQ(a.delivered, b.delivered);
  EXPECT_EQ(a.max_messages, b.max_messages);
  EXPECT_EQ(a.client_id, b.client_id);
}

void expect_same_traffic(const TrafficCounters& a, const TrafficCounters& b) {
  EXPECT_EQ(a.messages, b.messages);
  EXPECT_EQ(a.bytes, b.bytes);
}

// All but the subscriptions.
void expect_same(const SessionFacts& a, const SessionFacts& b) {
  EXPECT_EQ(a.client_id, b.client_id);
  EXPECT_EQ(a.peer.ip, b.peer.ip);
  EXPECT_EQ(a.peer.port, b.peer.port);
  EXPECT_EQ(a.start_ns, b.start_ns);
  EXPECT_EQ(a.last_activity_ns, b.last_activity_ns);
  EXPECT_EQ(a.stop_ns, b.stop_ns);
  EXPECT_EQ(a.reason, b.reason);
  EXPECT_EQ(a.rtt_ns, b.rtt_ns);
  EXPECT_EQ(a.pending_bytes, b.pending_bytes);
  expect_same_traffic(a.received, b.received);
  expect_same_traffic(a.sent, b.sent);
  EXPECT_EQ(a.subscription_count, b.subscription_count);
  EXPECT_EQ(a.details.name, b.details.name);
  EXPECT_EQ(a.details.lang, b.details.lang);
  EXPECT_EQ(a.details.version, b.details.version);
  EXPECT_EQ(a.details.user, b.details.user);
  EXPECT_EQ(a.details.account_name, b.details.account_name);
  EXPECT_EQ(a.tls.version, b.tls.version);
  EXPECT_EQ(a.tls.cipher, b.tls.cipher);
  EXPECT_EQ(a.tls_first, b.tls_first);
}

TEST(ClosedRecord, GivesBackAllThatWasKnown) {
  const SessionFacts facts = full();
  std::string packed;
  append_record(packed, facts);
  std::string_view rest = packed;
  const SessionFacts back = take_record(rest, WithSubscriptions::kYes);
  EXPECT_TRUE(rest.empty());
  expect_same(back, facts);
  ASSERT_EQ(back.subscriptions.size(), 2u);
  expect_same(back.subscriptions[0], facts.subscriptions[0]);
  expect_same(back.subscriptions[1], facts.subscriptions[1]);
}

TEST(ClosedRecord, StandsBehindAnother) {
  std::string packed;
  append_record(packed, SessionFacts{});
  append_record(packed, full());
  append_record(packed, SessionFacts{});
  for (const auto with : {WithSubscriptions::kYes, WithSubscriptions::kNo}) {
    std::string_view rest = packed;
    expect_same(take_record(rest, with), SessionFacts{});
    const SessionFacts second = take_record(rest, with);
    expect_same(second, full());
    EXPECT_EQ(second.subscriptions.size(), with == WithSubscriptions::kYes ? 2u : 0u);
    expect_same(take_record(rest, with), SessionFacts{});
    EXPECT_TRUE(rest.empty());
  }
}

TEST(ClosedRecord, KeepsNumbersAtTheirBounds) {
  SessionFacts facts;
  for (const int64_t time : {std::numeric_limits<int64_t>::min(), int64_t{-1}, int64_t{0}, int64_t{63},
                             int64_t{64}, std::numeric_limits<int64_t>::max()}) {
    facts.start_ns = facts.last_activity_ns = facts.stop_ns = facts.rtt_ns = time;
    std::string packed;
    append_record(packed, facts);
    std::string_view rest = packed;
    expect_same(take_record(rest, WithSubscriptions::kYes), facts);
  }
}

TEST(ClosedRecord, SaysWhatItsSubscriptionsTake) {
  SessionFacts facts = full();
  std::string with;
  const size_t bytes = append_record(with, facts);
  facts.subscriptions.clear();
  std::string without;
  EXPECT_EQ(append_record(without, facts), 0u);
  EXPECT_EQ(without.size(), with.size() - bytes);
}

}  // namespace
}  // namespace antiphon
