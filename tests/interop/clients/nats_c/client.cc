#include "client.h"

#include <thread>

namespace interop {
namespace {

void on_message(natsConnection*, natsSubscription*, natsMsg* message, void* handler) {
  Message owned(message);
  (*static_cast<Handler*>(handler))(message);
}

template <std::atomic<int> Events::*counter>
void count(natsConnection*, void* events) {
  ++(static_cast<Events*>(events)->*counter);
}

void on_error(natsConnection*, natsSubscription*, natsStatus, void* events) {
  ++static_cast<Events*>(events)->errors;
}

Options make_options(const std::string& server, const Configure& configure, Events* events) {
  natsOptions* options = nullptr;
  ok(natsOptions_Create(&options), "options");
  Options owned(options);
  ok(natsOptions_SetURL(options, url(server).c_str()), "url");
  ok(natsOptions_SetAllowReconnect(options, false), "reconnect");
  ok(natsOptions_SetTimeout(options, kDeadlineMs), "timeout");
  ok(natsOptions_SetMaxPendingMsgs(options, 1'000'000), "pending messages");
  if (events) {
    natsOptions_SetDisconnectedCB(options, count<&Events::disconnected>, events);
    natsOptions_SetReconnectedCB(options, count<&Events::reconnected>, events);
    natsOptions_SetClosedCB(options, count<&Events::closed>, events);
    natsOptions_SetLameDuckModeCB(options, count<&Events::lame_duck>, events);
    natsOptions_SetErrorHandler(options, on_error, events);
  }
  if (configure) configure(options);
  return owned;
}

}  // namespace

Client::Client(const std::string& server, const Configure& configure, Events* events)
    : events_(events) {
  Options options = make_options(server, configure, events);
  ok(natsConnection_Connect(&connection_, options.get()), "connect to " + server);
}

Client::~Client() {
  natsConnection_Close(connection_);
  while (events_ && events_->closed == 0) std::this_thread::yield();  // the last of the callbacks
  natsConnection_Destroy(connection_);
}

void Client::flush() const {
  ok(natsConnection_FlushTimeout(connection_, kDeadlineMs), "flush");
}

void Client::publish(const std::string& subject, std::string_view payload) const {
  ok(natsConnection_Publish(connection_, subject.c_str(), payload.data(),
                            static_cast<int>(payload.size())),
     "publish");
}

void Client::publish(const Message& message) const {
  ok(natsConnection_PublishMsg(connection_, message.get()), "publish");
}

Subscription Client::subscribe(const std::string& subject, const std::string& queue) const {
  natsSubscription* made = nullptr;
  ok(queue.empty()
         ? natsConnection_SubscribeSync(&made, connection_, subject.c_str())
         : natsConnection_QueueSubscribeSync(&made, connection_, subject.c_str(), queue.c_str()),
     "subscribe");
  return Subscription(made);
}

Subscription Client::serve(const std::string& subject, Handler& handler,
                           const std::string& queue) const {
  natsSubscription* made = nullptr;
  ok(queue.empty()
         ? natsConnection_Subscribe(&made, connection_, subject.c_str(), on_message, &handler)
         : natsConnection_QueueSubscribe(&made, connection_, subject.c_str(), queue.c_str(),
                                         on_message, &handler),
     "subscribe");
  return Subscription(made);
}

uint64_t Client::received() const {
  natsStatistics* statistics = nullptr;
  ok(natsStatistics_Create(&statistics), "statistics");
  std::unique_ptr<natsStatistics, Destroy<natsStatistics_Destroy>> owned(statistics);
  uint64_t in_messages = 0;
  ok(natsConnection_GetStats(connection_, statistics), "statistics");
  ok(natsStatistics_GetCounts(statistics, &in_messages, nullptr, nullptr, nullptr, nullptr),
     "statistics");
  return in_messages;
}

natsStatus try_connect(const std::string& server, const Configure& configure) {
  Options options = make_options(server, configure, nullptr);
  natsConnection* connection = nullptr;
  natsStatus status = natsConnection_Connect(&connection, options.get());
  if (status == NATS_OK) status = natsConnection_FlushTimeout(connection, kDeadlineMs);
  natsConnection_Destroy(connection);
  return status;
}

Message next(const Subscription& subscription, int deadline_ms) {
  natsMsg* got = nullptr;
  ok(natsSubscription_NextMsg(&got, subscription.get(), deadline_ms),
     natsSubscription_GetSubject(subscription.get()));
  return Message(got);
}

void skip(const Subscription& subscription, int count) {
  for (int n = 0; n < count; ++n) next(subscription);
}

int pending(const Subscription& subscription) {
  int messages = 0;
  ok(natsSubscription_GetPending(subscription.get(), &messages, nullptr), "pending");
  return messages;
}

void need_quiet(const Client& client, const Subscription& subscription, const std::string& why) {
  client.flush();
  need(pending(subscription) == 0, "a message arrived " + why);
}

Message message(const std::string& subject, std::string_view payload, const char* reply) {
  natsMsg* made = nullptr;
  ok(natsMsg_Create(&made, subject.c_str(), reply, payload.data(),
                    static_cast<int>(payload.size())),
     "message");
  return Message(made);
}

void ordered(const std::string& server, int count, const Configure& configure) {
  Client reader(server, configure), writer(server, configure);
  Subscription subscription = reader.subscribe("ordered");
  reader.flush();
  for (int n = 0; n < count; ++n) writer.publish("ordered", std::to_string(n));
  writer.flush();
  for (int n = 0; n < count; ++n) {
    Message got = next(subscription);
    need(data(got) == std::to_string(n),
         std::string(data(got)) + " instead of " + std::to_string(n));
  }
}

}  // namespace interop
