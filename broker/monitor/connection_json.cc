#include "broker/monitor/connection_json.h"

#include "broker/monitor/text_forms.h"

namespace antiphon {
namespace {

void write_times(JsonWriter& json, const SessionFacts& session, int64_t now_ns) {
  const bool closed = session.stop_ns != 0;
  const int64_t end_ns = closed ? session.stop_ns : now_ns;
  json.field("start", time_text(session.start_ns));
  json.field("last_activity", time_text(session.last_activity_ns));
  if (closed) {
    json.field("stop", time_text(session.stop_ns));
    json.optional_field("reason", close_reason_text(session.reason));
  }
  json.field("rtt", rtt_text(session.rtt_ns));
  json.field("uptime", uptime_text(end_ns - session.start_ns));
  json.field("idle", uptime_text(end_ns - session.last_activity_ns));
}

void write_traffic(JsonWriter& json, const SessionFacts& session) {
  json.field("pending_bytes", session.pending_bytes);
  json.field("in_msgs", session.received.messages);
  json.field("out_msgs", session.sent.messages);
  json.field("in_bytes", session.received.bytes);
  json.field("out_bytes", session.sent.bytes);
  json.field("subscriptions", session.subscription_count);
}

void write_subscriptions(JsonWriter& json, const SessionFacts& session, std::string_view account,
                         SubscriptionsShown shown) {
  if (session.subscriptions.empty() || shown == SubscriptionsShown::kNone) return;
  if (shown == SubscriptionsShown::kSubjects) {
    json.begin_array("subscriptions_list");
    for (const SubscriptionFacts& subscription : session.subscriptions) {
      json.value(subscription.subject);
    }
  } else {
    json.begin_array("subscriptions_list_detail");
    const std::string_view named = session.stop_ns != 0 ? account : std::string_view();
    for (const SubscriptionFacts& subscription : session.subscriptions) {
      write_subscription(json, subscription, named);
    }
  }
  json.end_array();
}

}  // namespace

bool account_exists(std::string_view account, const BrokerOptions& options) {
  const auto& accounts = options.authorization.accounts;
  if (options.authorization.operator_mode.accounts.contains(std::string(account))) return true;
  return account == kGlobalAccountName || account == kSystemAccountDefault ||
         std::any_of(accounts.begin(), accounts.end(),
                     [account](const AccountOptions& known) { return known.name == account; });
}

std::string account_of(const SessionFacts& session, const BrokerOptions& options) {
  const std::string& granted = session.details.account_name;
  if (!granted.empty() || requires_credentials(options)) return granted;
  return std::string(kGlobalAccountName);
}

void write_subscription(JsonWriter& json, const SubscriptionFacts& subscription,
                        std::string_view account) {
  json.begin_object();
  json.optional_field("account", account);
  json.optional_field("account_tag", account);
  json.field("subject", subscription.subject);
  json.optional_field("qgroup", subscription.queue);
  json.field("sid", subscription.sid);
  json.field("msgs", subscription.delivered);
  json.optional_field("max", subscription.max_messages);
  json.field("cid", subscription.client_id);
  json.end_object();
}

void write_connection(JsonWriter& json, const SessionFacts& session, std::string_view account,
                      const ConnectionForm& form) {
  json.begin_object();
  json.field("cid", session.client_id);
  json.field("kind", "Client");
  json.field("type", "nats");
  json.field("ip", session.peer.ip_text());
  json.field("port", session.peer.port);
  write_times(json, session, form.now_ns);
  write_traffic(json, session);
  json.optional_field("name", session.details.name);
  json.optional_field("lang", session.details.lang);
  json.optional_field("version", session.details.version);
  json.optional_field("tls_version", session.tls.version);
  json.optional_field("tls_cipher_suite", session.tls.cipher);
  json.optional_field("tls_first", session.tls_first);
  if (form.with_user) {
    json.optional_field("authorized_user", session.details.user);
    if (account != kGlobalAccountName) json.optional_field("account", account);
  }
  write_subscriptions(json, session, account, form.subscriptions);
  if (form.with_user && session.stop_ns == 0) json.optional_field("name_tag", account);
  json.end_object();
}

}  // namespace antiphon
