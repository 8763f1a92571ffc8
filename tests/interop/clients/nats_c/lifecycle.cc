// Flush, drain, reconnect, lame duck, slow consumers, limits of the server.
#include <chrono>
#include <thread>
#include <vector>

#include "client.h"

namespace interop {
namespace {

void allow_reconnect(natsOptions* options) {
  ok(natsOptions_SetAllowReconnect(options, true), "reconnect");
  ok(natsOptions_SetMaxReconnect(options, -1), "reconnect");
  ok(natsOptions_SetReconnectWait(options, 50), "reconnect");
  ok(natsOptions_SetReconnectJitter(options, 1, 1), "reconnect");
}

void round_trip() {
  Client client("plain");
  client.flush();
  int64_t rtt_ns = 0;
  ok(natsConnection_GetRTT(client.get(), &rtt_ns), "rtt");
  need(rtt_ns > 0, "rtt is zero");
}

void drain_subscription() {
  Client client("plain");
  std::atomic<int> got{0};
  Handler slowly = [&](natsMsg*) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    ++got;
  };
  Subscription subscription = client.serve("drained", slowly);
  for (int n = 0; n < 50; ++n) client.publish("drained");
  client.flush();
  ok(natsSubscription_Drain(subscription.get()), "drain");
  ok(natsSubscription_WaitForDrainCompletion(subscription.get(), kDeadlineMs), "drain");
  need(got == 50, std::to_string(got.load()) + " of 50 handled before the drain ended");
}

void drain_connection() {
  Client sender("plain"), watcher("plain");
  Events events;
  Client client("plain", {}, &events);
  Subscription received = watcher.subscribe("passed.on");
  watcher.flush();
  Handler pass_on = [&](natsMsg*) { natsConnection_PublishString(client.get(), "passed.on", ""); };
  Subscription work = client.serve("work", pass_on);
  client.flush();
  for (int n = 0; n < 100; ++n) sender.publish("work");
  sender.flush();
  ok(natsConnection_Drain(client.get()), "drain");
  until([&] { return events.closed > 0; }, "closed after the drain");
  skip(received, 100);
}

void subscriptions_restored() {
  Events events;
  Client client("volatile", allow_reconnect, &events);
  Subscription plain = client.subscribe("kept.*");
  Subscription member = client.subscribe("shared", "q");
  Subscription limited = client.subscribe("counted");
  ok(natsSubscription_AutoUnsubscribe(limited.get(), 3), "auto unsubscribe");
  client.publish("counted");
  next(limited);
  ask("restart volatile");
  until([&] { return events.reconnected > 0; }, "reconnected");
  client.flush();
  Client other("volatile");
  other.publish("kept.1", "after");
  other.publish("shared", "after");
  for (int n = 0; n < 5; ++n) other.publish("counted");
  other.flush();
  need(data(next(plain)) == "after" && data(next(member)) == "after", "payload");
  skip(limited, 2);
}

void publishes_are_buffered() {
  Events events;
  Client client("volatile", allow_reconnect, &events);
  Subscription subscription = client.subscribe("buffered");
  client.flush();
  ask("stop volatile");
  until([&] { return events.disconnected > 0; }, "disconnected");
  for (int n = 0; n < 10; ++n) client.publish("buffered", std::to_string(n));
  ask("start volatile");
  until([&] { return events.reconnected > 0; }, "reconnected");
  for (int n = 0; n < 10; ++n) need(data(next(subscription)) == std::to_string(n), "order");
}

void reconnect_off_closes() {
  Events events;
  Client client("volatile", {}, &events);
  ask("restart volatile");
  until([&] { return events.closed > 0; }, "closed");
  need(natsConnection_IsClosed(client.get()), "not closed");
}

void lame_duck() {
  Events events;
  std::string duck = url("duck"), plain = url("plain");
  const char* servers[] = {duck.c_str(), plain.c_str()};
  auto both = [&](natsOptions* options) {
    allow_reconnect(options);
    ok(natsOptions_SetServers(options, servers, 2), "servers");
    ok(natsOptions_SetURL(options, nullptr), "url");
    ok(natsOptions_SetNoRandomize(options, true), "servers");
  };
  Client client("duck", both, &events);
  Subscription subscription = client.subscribe("moving");
  client.flush();
  ask("lame-duck duck");
  until([&] { return events.lame_duck > 0; }, "lame duck notice");
  until([&] { return events.reconnected > 0; }, "connected to the other server");
  char now[256] = "";
  ok(natsConnection_GetConnectedUrl(client.get(), now, sizeof now), "url");
  need(now == plain, now);
  client.publish("moving");
  next(subscription);
}

void slow_in_the_client() {
  Events events;
  Client client("plain", {}, &events);
  Subscription subscription = client.subscribe("flood");
  ok(natsSubscription_SetPendingLimits(subscription.get(), 10, -1), "limits");
  for (int n = 0; n < 100; ++n) client.publish("flood");
  until([&] { return events.errors > 0; }, "slow consumer error");
  int64_t dropped = 0;
  ok(natsSubscription_GetDropped(subscription.get(), &dropped), "dropped");
  need(dropped > 0, "nothing was dropped");
}

void stalled_reader_is_closed() {
  Client client("slow");
  ask("stall slow flood");
  std::string chunk(64 * 1024, 'x');
  for (int n = 0; n < 256; ++n) {
    client.publish("flood", chunk);
    client.flush();
  }
  ask("closed-reason slow Slow");
}

// Which error the client sees depends on whether it still writes when the server closes.
void max_connections() {
  Client one("crowded"), two("crowded");
  need(try_connect("crowded") != NATS_OK, "a third connection was accepted");
  ask("closed-reason crowded Maximum");
}

// The server only refuses the subscription; this client closes on an error that it does not know.
void max_subscriptions() {
  Events events;
  Client client("limited", {}, &events);
  std::vector<Subscription> subscriptions;
  for (int n = 0; n < 6; ++n) subscriptions.push_back(client.subscribe("s." + std::to_string(n)));
  until([&] { return events.closed > 0; }, "closed by the error");
  const char* text = "";
  natsConnection_GetLastError(client.get(), &text);
  std::string said = text ? text : "";
  need(said.find("aximum subscriptions exceeded") != std::string::npos, said);
}

}  // namespace

void add_lifecycle() {
  add("flush.round_trip", round_trip);
  add("drain.subscription", drain_subscription);
  add("drain.connection", drain_connection);
  add("reconnect.subscriptions_restored", subscriptions_restored);
  add("reconnect.publishes_are_buffered", publishes_are_buffered);
  add("reconnect.off_closes", reconnect_off_closes);
  add("lame_duck.moves_to_another_server", lame_duck);
  add("slow_consumer.in_the_client", slow_in_the_client);
  add("slow_consumer.stalled_reader_is_closed", stalled_reader_is_closed);
  add("limits.max_connections", max_connections);
  add("limits.max_subscriptions", max_subscriptions);
}

}  // namespace interop
