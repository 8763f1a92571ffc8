// A thin owner of nats.c's handles: every call that fails throws with the library's own words.
#pragma once

#include <nats/nats.h>

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "checks.h"

namespace interop {

template <auto destroy>
struct Destroy {
  template <typename T>
  void operator()(T* handle) const {
    destroy(handle);
  }
};

using Message = std::unique_ptr<natsMsg, Destroy<natsMsg_Destroy>>;
using Subscription = std::unique_ptr<natsSubscription, Destroy<natsSubscription_Destroy>>;
using Options = std::unique_ptr<natsOptions, Destroy<natsOptions_Destroy>>;

inline void ok(natsStatus status, const std::string& what) {
  need(status == NATS_OK, what + ": " + natsStatus_GetText(status));
}

inline void is(natsStatus status, natsStatus expected) {
  need(status == expected,
       std::string(natsStatus_GetText(status)) + " instead of " + natsStatus_GetText(expected));
}

inline std::string url(const std::string& server) {
  return "nats://127.0.0.1:" + world(server + ".port");
}

inline std::string_view data(const Message& message) {
  return {natsMsg_GetData(message.get()),
          static_cast<size_t>(natsMsg_GetDataLength(message.get()))};
}

inline std::string subject(const Message& message) {
  return natsMsg_GetSubject(message.get());
}

// What happened to a connection, counted by the library's callbacks, which come on a thread of its own
// and later than the calls that cause them.
struct Events {
  std::atomic<int> disconnected{0}, reconnected{0}, closed{0}, lame_duck{0}, errors{0};
};

using Configure = std::function<void(natsOptions*)>;
using Handler = std::function<void(natsMsg*)>;

// A connection. It never reconnects unless the configuration allows it.
class Client {
 public:
  explicit Client(const std::string& server, const Configure& configure = {}, Events* events = {});
  // Closes the connection, and waits until no callback can touch its events any more.
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  natsConnection* get() const { return connection_; }
  void flush() const;
  void publish(const std::string& subject, std::string_view payload = {}) const;
  void publish(const Message& message) const;
  Subscription subscribe(const std::string& subject, const std::string& queue = {}) const;
  // The handler must outlive the subscription.
  Subscription serve(const std::string& subject, Handler& handler,
                     const std::string& queue = {}) const;
  uint64_t received() const;

 private:
  natsConnection* connection_ = nullptr;
  Events* const events_;
};

// Like the constructor, for connections that should fail: the status.
natsStatus try_connect(const std::string& server, const Configure& configure = {});

Message next(const Subscription& subscription, int deadline_ms = kDeadlineMs);
void skip(const Subscription& subscription, int count);
int pending(const Subscription& subscription);

// Nothing more is on its way: a round trip to the server brings no message.
void need_quiet(const Client& client, const Subscription& subscription, const std::string& why);

Message message(const std::string& subject, std::string_view payload, const char* reply = nullptr);

// Numbered messages from one connection reach another one in order, none missing.
void ordered(const std::string& server, int count, const Configure& configure = {});

}  // namespace interop
