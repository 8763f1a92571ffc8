#include "broker/session/session_facts.h"

#include <algorithm>

namespace antiphon {

SubscriptionFacts facts_of(const Subscription& subscription, uint64_t client_id) {
  SubscriptionFacts facts;
  facts.subject.assign(subscription.entry->subject());
  if (subscription.queue != nullptr) facts.queue = subscription.queue->name;
  facts.sid.assign(subscription.sid.text());
  facts.delivered = subscription.delivered;
  facts.max_messages =
      subscription.max_messages == kNeverReached ? 0 : subscription.max_messages;
  facts.client_id = client_id;
  return facts;
}

SessionFacts facts_of(const Session& session, WithSubscriptions with, size_t most) {
  SessionFacts facts;
  facts.client_id = session.client_id.value;
  facts.peer = session.peer;
  facts.start_ns = session.start_ns;
  facts.last_activity_ns = session.last_activity_ns;
  facts.reason = session.close_reason;
  facts.rtt_ns = session.rtt_ns;
  facts.pending_bytes = session.out.pending_bytes();
  facts.received = session.received;
  facts.sent = session.sent;
  facts.subscription_count = session.subscriptions.size();
  if (session.details != nullptr) facts.details = *session.details;
  if (session.tls != nullptr) facts.tls = *session.tls;
  facts.tls_first = session.tls_first;
  if (with == WithSubscriptions::kYes) {
    facts.subscriptions.reserve(std::min(most, session.subscriptions.size()));
    for (const auto& subscription : session.subscriptions) {
      if (facts.subscriptions.size() == most) break;
      facts.subscriptions.push_back(facts_of(*subscription, session.client_id.value));
    }
  }
  return facts;
}

}  // namespace antiphon
