// One connection and its subscriptions as /connz and /subsz write them.
#pragma once

#include <string>
#include <string_view>

#include "broker/config/broker_options.h"
#include "broker/monitor/json_writer.h"
#include "broker/session/session_facts.h"

namespace antiphon {

bool account_exists(std::string_view account, const BrokerOptions& options);

// The account a session acts in; empty until a server that wants credentials has seen some.
std::string account_of(const SessionFacts& session, const BrokerOptions& options);

// With an account (always in /subsz, in /connz of closed connections) or without.
void write_subscription(JsonWriter& json, const SubscriptionFacts& subscription,
                        std::string_view account);

enum class SubscriptionsShown : uint8_t { kNone, kSubjects, kDetails };

struct ConnectionForm {
  SubscriptionsShown subscriptions = SubscriptionsShown::kNone;
  bool with_user = false;
  int64_t now_ns = 0;  // wall clock; open connections are this old
};

// FIELDS: nats-server 2.15's ConnInfo in its order. `account` is empty or account_of(session).
void write_connection(JsonWriter& json, const SessionFacts& session, std::string_view account,
                      const ConnectionForm& form);

}  // namespace antiphon
