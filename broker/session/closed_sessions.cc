#include "broker/session/closed_sessions.h"

#include <cstring>

#include "protocol/bytes/check.h"

namespace antiphon {
namespace {

// One subscription: these numbers, then its three texts.
struct Numbers {
  uint64_t delivered;
  uint64_t max_messages;
  uint32_t subject_bytes;
  uint32_t queue_bytes;
  uint32_t sid_bytes;
};

static_assert(sizeof(Numbers) == 32, "docs/memory.md says it");

std::string pack(const std::vector<SubscriptionFacts>& subscriptions) {
  size_t bytes = 0;
  for (const SubscriptionFacts& one : subscriptions) {
    bytes += sizeof(Numbers) + one.subject.size() + one.queue.size() + one.sid.size();
  }
  std::string packed;
  packed.reserve(bytes);
  for (const SubscriptionFacts& one : subscriptions) {
    const Numbers numbers{one.delivered, one.max_messages, static_cast<uint32_t>(one.subject.size()),
                          static_cast<uint32_t>(one.queue.size()),
                          static_cast<uint32_t>(one.sid.size())};
    packed.append(reinterpret_cast<const char*>(&numbers), sizeof numbers);
    packed.append(one.subject).append(one.queue).append(one.sid);
  }
  return packed;
}

std::vector<SubscriptionFacts> unpack(const std::string& packed, uint64_t client_id) {
  std::vector<SubscriptionFacts> subscriptions;
  const char* at = packed.data();
  const char* end = at + packed.size();
  while (at < end) {
    Numbers numbers;
    std::memcpy(&numbers, at, sizeof numbers);
    at += sizeof numbers;
    SubscriptionFacts one;
    one.subject.assign(at, numbers.subject_bytes);
    at += numbers.subject_bytes;
    one.queue.assign(at, numbers.queue_bytes);
    at += numbers.queue_bytes;
    one.sid.assign(at, numbers.sid_bytes);
    at += numbers.sid_bytes;
    one.delivered = numbers.delivered;
    one.max_messages = numbers.max_messages;
    one.client_id = client_id;
    subscriptions.push_back(std::move(one));
  }
  AP_CHECK(at == end);
  return subscriptions;
}

}  // namespace

void ClosedSessions::forget_oldest() {
  subscription_bytes_ -= kept_.front().subscriptions.size();
  kept_.pop_front();
}

void ClosedSessions::add(SessionFacts facts) {
  static_assert(sizeof(Closed) == 408, "docs/memory.md says it");
  Closed closed{std::move(facts), {}};
  if (kept_max_ > 0) closed.subscriptions = pack(closed.facts.subscriptions);
  closed.facts.subscriptions = std::vector<SubscriptionFacts>();  // `= {}` would keep the memory
  const std::lock_guard lock(mutex_);
  ++total_;
  if (kept_max_ == 0) return;
  if (kept_.size() == kept_max_) forget_oldest();
  subscription_bytes_ += closed.subscriptions.size();
  kept_.push_back(std::move(closed));
  while (subscription_bytes_ > kSubscriptionBytesMax && kept_.size() > 1) forget_oldest();
}

std::deque<SessionFacts> ClosedSessions::snapshot() const {
  const std::lock_guard lock(mutex_);
  std::deque<SessionFacts> all;
  for (const Closed& closed : kept_) {
    all.push_back(closed.facts);
    all.back().subscriptions = unpack(closed.subscriptions, closed.facts.client_id);
  }
  return all;
}

}  // namespace antiphon
