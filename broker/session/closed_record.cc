#include "broker/session/closed_record.h"

#include <algorithm>

#include "protocol/bytes/check.h"

namespace antiphon {
namespace {

constexpr unsigned kVarintBits = 7;
constexpr uint64_t kVarintMore = 1 << kVarintBits;

void put(std::string& packed, uint64_t number) {
  for (; number >= kVarintMore; number >>= kVarintBits) {
    packed += static_cast<char>(number | kVarintMore);
  }
  packed += static_cast<char>(number);
}

void put_signed(std::string& packed, int64_t number) {
  const auto bits = static_cast<uint64_t>(number);
  put(packed, number < 0 ? ~(bits << 1) : bits << 1);
}

void put_text(std::string& packed, std::string_view text) {
  put(packed, text.size());
  packed.append(text);
}

void put_subscription(std::string& packed, const SubscriptionFacts& subscription) {
  put_text(packed, subscription.subject);
  put_text(packed, subscription.queue);
  put_text(packed, subscription.sid);
  put(packed, subscription.delivered);
  put(packed, subscription.max_messages);
}

std::string_view take_bytes(std::string_view& packed, size_t count) {
  AP_CHECK(count <= packed.size());
  const std::string_view taken = packed.substr(0, count);
  packed.remove_prefix(count);
  return taken;
}

uint64_t take(std::string_view& packed) {
  uint64_t number = 0;
  for (unsigned shift = 0;; shift += kVarintBits) {
    AP_CHECK(shift < 64);
    const auto byte = static_cast<uint8_t>(take_bytes(packed, 1).front());
    number |= (byte & (kVarintMore - 1)) << shift;
    if (byte < kVarintMore) return number;
  }
}

int64_t take_signed(std::string_view& packed) {
  const uint64_t bits = take(packed);
  return static_cast<int64_t>((bits & 1) != 0 ? ~(bits >> 1) : bits >> 1);
}

std::string_view take_text(std::string_view& packed) {
  const uint64_t bytes = take(packed);
  return take_bytes(packed, bytes);
}

SubscriptionFacts take_subscription(std::string_view& packed, uint64_t client_id) {
  SubscriptionFacts subscription;
  subscription.subject = take_text(packed);
  subscription.queue = take_text(packed);
  subscription.sid = take_text(packed);
  subscription.delivered = take(packed);
  subscription.max_messages = take(packed);
  subscription.client_id = client_id;
  return subscription;
}

void pass_subscription(std::string_view& packed) {
  for (int text = 0; text < 3; ++text) take_text(packed);
  for (int number = 0; number < 2; ++number) take(packed);
}

void put_traffic(std::string& packed, const TrafficCounters& traffic) {
  put(packed, traffic.messages);
  put(packed, traffic.bytes);
}

TrafficCounters take_traffic(std::string_view& packed) {
  TrafficCounters traffic;
  traffic.messages = take(packed);
  traffic.bytes = take(packed);
  return traffic;
}

std::string_view raw(const SocketAddress& address) {
  return {reinterpret_cast<const char*>(address.ip.data()), address.ip.size()};
}

}  // namespace

size_t append_record(std::string& packed, const SessionFacts& facts) {
  packed.append(raw(facts.peer));
  put(packed, facts.peer.port);
  put(packed, facts.client_id);
  put_signed(packed, facts.start_ns);
  put_signed(packed, facts.last_activity_ns);
  put_signed(packed, facts.stop_ns);
  put_signed(packed, facts.rtt_ns);
  put(packed, static_cast<uint64_t>(facts.reason));
  put(packed, facts.pending_bytes);
  put_traffic(packed, facts.received);
  put_traffic(packed, facts.sent);
  put(packed, facts.tls_first ? 1 : 0);
  const ClientDetails& details = facts.details;
  for (const std::string* text : {&details.name, &details.lang, &details.version, &details.user,
                                  &details.account_name, &facts.tls.version, &facts.tls.cipher}) {
    put_text(packed, *text);
  }
  put(packed, facts.subscription_count);
  put(packed, facts.subscriptions.size());
  const size_t before = packed.size();
  for (const SubscriptionFacts& one : facts.subscriptions) put_subscription(packed, one);
  return packed.size() - before;
}

SessionFacts take_record(std::string_view& packed, WithSubscriptions with) {
  SessionFacts facts;
  const std::string_view ip = take_bytes(packed, facts.peer.ip.size());
  std::copy(ip.begin(), ip.end(), facts.peer.ip.begin());
  facts.peer.port = static_cast<uint16_t>(take(packed));
  facts.client_id = take(packed);
  facts.start_ns = take_signed(packed);
  facts.last_activity_ns = take_signed(packed);
  facts.stop_ns = take_signed(packed);
  facts.rtt_ns = take_signed(packed);
  facts.reason = static_cast<CloseReason>(take(packed));
  facts.pending_bytes = take(packed);
  facts.received = take_traffic(packed);
  facts.sent = take_traffic(packed);
  facts.tls_first = take(packed) != 0;
  ClientDetails& details = facts.details;
  for (std::string* text : {&details.name, &details.lang, &details.version, &details.user,
                            &details.account_name, &facts.tls.version, &facts.tls.cipher}) {
    *text = take_text(packed);
  }
  facts.subscription_count = take(packed);
  const uint64_t subscriptions = take(packed);
  if (with == WithSubscriptions::kYes) facts.subscriptions.reserve(subscriptions);
  for (uint64_t i = 0; i < subscriptions; ++i) {
    if (with == WithSubscriptions::kYes) {
      facts.subscriptions.push_back(take_subscription(packed, facts.client_id));
    } else {
      pass_subscription(packed);
    }
  }
  return facts;
}

}  // namespace antiphon
