// Request and reply, in all the ways it can end.
#include <algorithm>
#include <atomic>
#include <cctype>
#include <thread>
#include <vector>

#include "client.h"

namespace interop {
namespace {

Handler answering_upper(const Client& client) {
  return [&client](natsMsg* request) {
    std::string text(natsMsg_GetData(request), static_cast<size_t>(natsMsg_GetDataLength(request)));
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return std::toupper(c); });
    natsConnection_PublishString(client.get(), natsMsg_GetReply(request), text.c_str());
  };
}

natsStatus request(const Client& client, const std::string& subject, const std::string& text,
                   Message& reply, int timeout_ms = kDeadlineMs) {
  natsMsg* got = nullptr;
  natsStatus status =
      natsConnection_RequestString(&got, client.get(), subject.c_str(), text.c_str(), timeout_ms);
  reply.reset(got);
  return status;
}

void request_reply() {
  Client server("plain"), client("plain");
  Handler upper = answering_upper(server);
  Subscription service = server.serve("service", upper);
  server.flush();
  Message reply;
  ok(request(client, "service", "help", reply), "request");
  need(data(reply) == "HELP", std::string(data(reply)));
}

void request_concurrent() {
  Client server("plain"), client("plain");
  Handler upper = answering_upper(server);
  Subscription service = server.serve("service", upper);
  server.flush();
  std::atomic<int> right{0};
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 10; ++thread) {
    threads.emplace_back([&, thread] {
      for (int n = 0; n < 50; ++n) {
        std::string number = std::to_string(thread * 100 + n);
        Message reply;
        if (request(client, "service", "n" + number, reply) == NATS_OK &&
            data(reply) == "N" + number) {
          ++right;
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  need(right == 500, std::to_string(right.load()) + " of 500 replies were right");
}

void request_old_style() {
  Client client("plain",
                [](natsOptions* options) { natsOptions_UseOldRequestStyle(options, true); });
  Handler upper = answering_upper(client);
  Subscription service = client.serve("service", upper);
  for (int n = 0; n < 20; ++n) {
    Message reply;
    ok(request(client, "service", "a", reply), "request");
    need(data(reply) == "A", std::string(data(reply)));
  }
}

void request_queue_service() {
  Client server("plain"), client("plain");
  std::atomic<int> answered{0};
  Handler answer = [&](natsMsg* request) {
    ++answered;
    natsConnection_PublishString(server.get(), natsMsg_GetReply(request), "");
  };
  std::vector<Subscription> members;
  for (int n = 0; n < 3; ++n) members.push_back(server.serve("pool", answer, "pool"));
  server.flush();
  for (int n = 0; n < 100; ++n) {
    Message reply;
    ok(request(client, "pool", "", reply), "request");
  }
  need(answered == 100, "answered " + std::to_string(answered.load()) + " times");
}

void request_headers() {
  Client client("plain");
  Handler answer = [&](natsMsg* request) {
    const char* value = nullptr;
    natsMsgHeader_Get(request, "Give", &value);
    Message reply = message(natsMsg_GetReply(request), "");
    natsMsgHeader_Set(reply.get(), "Seen", value);
    natsConnection_PublishMsg(client.get(), reply.get());
  };
  Subscription service = client.serve("service", answer);
  Message sent = message("service", "");
  ok(natsMsgHeader_Set(sent.get(), "Give", "v"), "header");
  natsMsg* got = nullptr;
  ok(natsConnection_RequestMsg(&got, client.get(), sent.get(), kDeadlineMs), "request");
  Message reply(got);
  const char* value = "";
  ok(natsMsgHeader_Get(got, "Seen", &value), "header of the reply");
  need(std::string(value) == "v", value);
}

void no_responders() {
  Client client("plain");
  Message reply;
  is(request(client, "nobody.here", "", reply), NATS_NO_RESPONDERS);
}

void request_timeout() {
  Client client("plain");
  Subscription mute = client.subscribe("mute");
  Message reply;
  is(request(client, "mute", "", reply, 200), NATS_TIMEOUT);
}

void many_replies() {
  Client client("plain");
  std::vector<Handler> answers;
  for (const char* name : {"a", "b", "c"}) {
    answers.emplace_back([&client, name](natsMsg* request) {
      natsConnection_PublishString(client.get(), natsMsg_GetReply(request), name);
    });
  }
  std::vector<Subscription> services;
  for (Handler& answer : answers) services.push_back(client.serve("crowd", answer));
  natsInbox* inbox = nullptr;
  ok(natsInbox_Create(&inbox), "inbox");
  std::string address = inbox;
  natsInbox_Destroy(inbox);
  Subscription replies = client.subscribe(address);
  client.publish(message("crowd", "", address.c_str()));
  std::string got;
  for (int n = 0; n < 3; ++n) got += data(next(replies));
  std::sort(got.begin(), got.end());
  need(got == "abc", got);
}

}  // namespace

void add_requests() {
  add("request.reply", request_reply);
  add("request.concurrent", request_concurrent);
  add("request.old_style", request_old_style);
  add("request.queue_service", request_queue_service);
  add("request.headers", request_headers);
  add("request.no_responders", no_responders);
  add("request.timeout", request_timeout);
  add("request.many_replies", many_replies);
}

}  // namespace interop
