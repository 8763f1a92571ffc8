// What can be told about a session: a copy that outlives it and may cross threads.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "broker/net/socket_address.h"
#include "broker/session/close_reason.h"
#include "broker/session/session.h"

namespace antiphon {

struct SubscriptionFacts {
  std::string subject;
  std::string queue;
  std::string sid;
  uint64_t delivered = 0;
  uint64_t max_messages = 0;
  uint64_t client_id = 0;
  std::string account = {};  // set by who needs it
};

struct SessionFacts {
  uint64_t client_id = 0;
  SocketAddress peer;
  int64_t start_ns = 0;  // wall clock, as all three
  int64_t last_activity_ns = 0;
  int64_t stop_ns = 0;  // 0: still open
  CloseReason reason = CloseReason::kNone;
  int64_t rtt_ns = 0;
  uint64_t pending_bytes = 0;
  TrafficCounters received;
  TrafficCounters sent;
  uint64_t subscription_count = 0;
  ClientDetails details;
  TlsDetails tls;
  bool tls_first = false;
  std::vector<SubscriptionFacts> subscriptions;  // only if asked for
};

enum class WithSubscriptions { kNo, kYes };
// With at most `most` of its subscriptions.
SessionFacts facts_of(const Session& session, WithSubscriptions with, size_t most = SIZE_MAX);
SubscriptionFacts facts_of(const Subscription& subscription, uint64_t client_id);

}  // namespace antiphon
