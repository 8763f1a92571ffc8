// Publish and subscribe: subjects, wildcards, queue groups, headers, payload sizes, order.
#include <cstdlib>
#include <numeric>
#include <vector>

#include "client.h"

namespace interop {
namespace {

constexpr int kMaxPayloadBytes = 1024 * 1024;
constexpr int kOrderedMessages = 100'000;

std::string every_byte() {
  std::string all(256, '\0');
  std::iota(all.begin(), all.end(), '\0');
  return all;
}

void server_info() {
  Client client("plain");
  need(natsConnection_GetMaxPayload(client.get()) == kMaxPayloadBytes, "max_payload");
  ok(natsConnection_HasHeaderSupport(client.get()), "headers");
  char id[128] = "";
  ok(natsConnection_GetConnectedServerId(client.get(), id, sizeof id), "server id");
  need(std::string(id).size() > 0, "server id is empty");
  uint64_t number = 0;
  ok(natsConnection_GetClientID(client.get(), &number), "client id");
  char* ip = nullptr;
  ok(natsConnection_GetClientIP(client.get(), &ip), "client ip");
  std::string address = ip;
  std::free(ip);
  need(address == "127.0.0.1", "client ip " + address);
}

void publish_subscribe() {
  Client client("plain");
  Subscription subscription = client.subscribe("greet");
  for (int n = 0; n < 10; ++n) client.publish("greet", std::to_string(n));
  for (int n = 0; n < 10; ++n) need(data(next(subscription)) == std::to_string(n), "order");
}

void publish_between_connections() {
  Client one("plain"), other("plain");
  Subscription subscription = one.subscribe("news");
  one.flush();
  other.publish("news", "x");
  other.flush();
  need(data(next(subscription)) == "x", "payload");
}

void payload_arrives(const std::string& payload) {
  Client client("plain");
  Subscription subscription = client.subscribe("payload");
  for (int n = 0; n < 3; ++n) client.publish("payload", payload);
  for (int n = 0; n < 3; ++n) need(data(next(subscription)) == payload, "payload differs");
}

void reply_subject() {
  Client client("plain");
  Subscription subscription = client.subscribe("ask");
  client.publish(message("ask", "?", "answer.here"));
  need(std::string(natsMsg_GetReply(next(subscription).get())) == "answer.here", "reply subject");
}

void utf8_subject() {
  Client client("plain");
  Subscription subscription = client.subscribe("größe.*");
  client.publish("größe.東京", "x");
  need(subject(next(subscription)) == "größe.東京", "subject");
}

void wildcard(const std::string& pattern, const std::vector<std::string>& published,
              const std::vector<std::string>& matching) {
  Client client("plain");
  Subscription subscription = client.subscribe(pattern);
  for (const std::string& name : published) client.publish(name);
  for (const std::string& expected : matching) {
    std::string got = subject(next(subscription));
    need(got == expected, got + " instead of " + expected);
  }
  need_quiet(client, subscription, "that does not match");
}

void overlapping() {
  Client client("plain");
  std::vector<Subscription> subscriptions;
  for (const char* pattern : {"over.lap", "over.lap", "over.*", "over.>"}) {
    subscriptions.push_back(client.subscribe(pattern));
  }
  client.publish("over.lap", "x");
  for (const Subscription& subscription : subscriptions) {
    next(subscription);
    need_quiet(client, subscription, "twice");
  }
}

void unsubscribe() {
  Client client("plain");
  Subscription subscription = client.subscribe("gone");
  client.flush();
  ok(natsSubscription_Unsubscribe(subscription.get()), "unsubscribe");
  client.publish("gone");
  client.flush();
  need(client.received() == 0, "delivered after unsubscribe");
}

void auto_unsubscribe() {
  Client client("plain"), other("plain");
  Subscription subscription = client.subscribe("five");
  ok(natsSubscription_AutoUnsubscribe(subscription.get(), 5), "auto unsubscribe");
  client.flush();
  for (int n = 0; n < 10; ++n) other.publish("five");
  other.flush();
  skip(subscription, 5);
  client.flush();
  need(client.received() == 5, std::to_string(client.received()) + " messages reached the client");
  natsMsg* sixth = nullptr;
  is(natsSubscription_NextMsg(&sixth, subscription.get(), kDeadlineMs), NATS_MAX_DELIVERED_MSGS);
}

void many_subscriptions() {
  constexpr int kCount = 5'000;
  Client client("plain");
  std::vector<Subscription> subscriptions;
  for (int n = 0; n < kCount; ++n) {
    subscriptions.push_back(client.subscribe("many." + std::to_string(n)));
  }
  for (int n = 0; n < kCount; ++n) client.publish("many." + std::to_string(n), std::to_string(n));
  for (int n = 0; n < kCount; ++n) {
    need(data(next(subscriptions[n])) == std::to_string(n), std::to_string(n));
  }
}

void fan_out() {
  Client client("plain");
  std::vector<Subscription> subscriptions;
  for (int n = 0; n < 10; ++n) subscriptions.push_back(client.subscribe("fan"));
  for (int n = 0; n < 1'000; ++n) client.publish("fan", std::to_string(n));
  for (const Subscription& subscription : subscriptions) {
    for (int n = 0; n < 1'000; ++n) need(data(next(subscription)) == std::to_string(n), "order");
  }
}

// How many of the messages each group got; every group has two members, one on each connection.
std::vector<int> queue_counts(const std::vector<std::string>& groups, int messages) {
  Client one("plain"), other("plain");
  std::vector<Subscription> members;
  for (const std::string& group : groups) {
    members.push_back(one.subscribe("work.*", group));
    members.push_back(other.subscribe("work.*", group));
  }
  one.flush();
  other.flush();
  for (int n = 0; n < messages; ++n) one.publish("work." + std::to_string(n));
  one.flush();
  other.flush();
  std::vector<int> counts;
  for (const Subscription& member : members) counts.push_back(pending(member));
  return counts;
}

void queue_exactly_once() {
  std::vector<int> counts = queue_counts({"workers"}, 1'000);
  need(counts[0] + counts[1] == 1'000, "together " + std::to_string(counts[0] + counts[1]));
  need(counts[0] > 0 && counts[1] > 0, "one member got nothing");
}

void queue_two_groups() {
  std::vector<int> counts = queue_counts({"red", "blue"}, 500);
  need(counts[0] + counts[1] == 500 && counts[2] + counts[3] == 500, "counts");
}

void queue_beside_plain() {
  Client client("plain");
  Subscription plain = client.subscribe("both");
  Subscription first = client.subscribe("both", "q"), second = client.subscribe("both", "q");
  for (int n = 0; n < 100; ++n) client.publish("both");
  client.flush();
  need(pending(plain) == 100, "the plain subscriber got " + std::to_string(pending(plain)));
  need(pending(first) + pending(second) == 100, "the group did not get 100");
}

void echo_off() {
  Client client("plain", [](natsOptions* options) { natsOptions_SetNoEcho(options, true); });
  Client other("plain");
  Subscription own = client.subscribe("echo"), foreign = other.subscribe("echo");
  other.flush();
  client.publish("echo");
  client.flush();
  next(foreign);
  need_quiet(client, own, "from itself");
}

void headers_round_trip() {
  Client client("plain");
  Subscription subscription = client.subscribe("headed");
  Message sent = message("headed", "body");
  ok(natsMsgHeader_Set(sent.get(), "Trace-Id", "abc 123"), "header");
  ok(natsMsgHeader_Add(sent.get(), "Many", "one"), "header");
  ok(natsMsgHeader_Add(sent.get(), "Many", "two"), "header");
  client.publish(sent);
  Message got = next(subscription);
  const char* value = nullptr;
  ok(natsMsgHeader_Get(got.get(), "Trace-Id", &value), "Trace-Id");
  need(std::string(value) == "abc 123", value);
  const char** values = nullptr;
  int count = 0;
  ok(natsMsgHeader_Values(got.get(), "Many", &values, &count), "Many");
  bool same = count == 2 && std::string(values[0]) == "one" && std::string(values[1]) == "two";
  std::free(values);
  need(same, "Many");
  need(data(got) == "body", "payload");
}

void headers_without_payload() {
  Client client("plain");
  Subscription subscription = client.subscribe("headed");
  Message sent = message("headed", "");
  ok(natsMsgHeader_Set(sent.get(), "Only", "this"), "header");
  client.publish(sent);
  Message got = next(subscription);
  const char* value = nullptr;
  ok(natsMsgHeader_Get(got.get(), "Only", &value), "Only");
  need(std::string(value) == "this" && data(got).empty(), "message");
}

void payload_over_max() {
  Client client("plain");
  std::string payload(kMaxPayloadBytes + 1, 'x');
  is(natsConnection_PublishString(client.get(), "large", payload.c_str()), NATS_MAX_PAYLOAD);
}

void payload_limit_from_info() {
  Client client("limited");
  need(natsConnection_GetMaxPayload(client.get()) == 1024, "max_payload");
  Subscription subscription = client.subscribe("small");
  client.publish("small", std::string(1024, 'x'));
  next(subscription);
}

}  // namespace

void add_messaging() {
  add("connect.server_info", server_info);
  add("publish.subscribe", publish_subscribe);
  add("publish.between_connections", publish_between_connections);
  add("publish.empty_payload", [] { payload_arrives(""); });
  add("publish.binary_payload", [] { payload_arrives(every_byte() + "\r\nPING\r\n+OK\r\n"); });
  add("publish.reply_subject", reply_subject);
  add("publish.utf8_subject", utf8_subject);
  add("wildcard.token", [] {
    wildcard("w.*.end", {"w.1.end", "w.1.2.end", "w.end", "w.2.end.more", "w.3.end"},
             {"w.1.end", "w.3.end"});
  });
  add("wildcard.tail", [] {
    wildcard("tail.>", {"tail", "tail.1", "tail.1.2.3", "tailor.1"}, {"tail.1", "tail.1.2.3"});
  });
  add("subscribe.overlapping", overlapping);
  add("subscribe.unsubscribe", unsubscribe);
  add("subscribe.auto_unsubscribe", auto_unsubscribe);
  add("subscribe.many", many_subscriptions);
  add("subscribe.fan_out", fan_out);
  add("queue.exactly_once", queue_exactly_once);
  add("queue.two_groups", queue_two_groups);
  add("queue.beside_plain_subscriber", queue_beside_plain);
  add("echo.off", echo_off);
  add("headers.round_trip", headers_round_trip);
  add("headers.without_payload", headers_without_payload);
  add("payload.at_max", [] { payload_arrives(std::string(kMaxPayloadBytes, 'Z')); });
  add("payload.over_max", payload_over_max);
  add("payload.limit_from_info", payload_limit_from_info);
  add("order.100k_messages", [] { ordered("plain", kOrderedMessages); });
}

}  // namespace interop
