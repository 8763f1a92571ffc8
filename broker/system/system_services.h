// What the system account may ask of the server: the services behind `$SYS.REQ.`, as nats-server has them.
//
// MODEL: a request is parsed on the shard that got it, which costs a few comparisons; its answer is made on
// one thread here, by the functions that make the monitoring pages, and handed back to be published.
// LIMITS: kWaitingMax requests wait or are worked on; further ones are dropped and counted: whoever asks
// runs into his own time-out, as when nobody answers.
// Answers made of pages, and those to deeds, are packed for whoever takes packed ones (answer_encoding.h).
// SECURITY: JWTs speak for themselves (claims_services.h). All of it is for clients of the system
// account; others learn of their own connections only.
// THREADS: offer() any shard, the rest any thread. LIFETIME: view and control outlive stop(); offer() may be
// called after it.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "broker/monitor/process_usage.h"
#include "broker/monitor/server_view.h"
#include "broker/runtime/random.h"
#include "broker/runtime/work_pool.h"
#include "broker/session/server_request.h"
#include "broker/system/answer_encoding.h"
#include "broker/system/claims_services.h"
#include "broker/system/server_control.h"
#include "broker/system/service_options.h"

namespace antiphon {

struct SystemAnswer {
  ShardId shard;
  AccountId account;
  std::string subject;
  std::string headers;  // a whole block; empty: none
  std::string payload;  // JSON, unless it is packed
};

class SystemServices final : public ServerRequests {
 public:
  static constexpr int kWaitingMax = 64;
  using Publish = std::function<void(SystemAnswer)>;

  // `publish` and `control` are called on the thread here.
  SystemServices(ServerView& view, std::string server_id, Publish publish, ServerControl& control);
  // No further answer is made when this returns. REQUIRES: the shards still run.
  void stop();

  bool offer(const ServerRequest& request) override;

  uint64_t answered() const { return answered_.load(std::memory_order_relaxed); }
  uint64_t dropped() const { return dropped_.load(std::memory_order_relaxed); }

 private:
  // A request as it waits; it names the account that asks where it names none itself.
  struct Asked {
    ServiceAddress address;
    std::string asker;
    AnswerEncoding encoding = AnswerEncoding::kNotAsked;
    std::string body;
  };
  struct Answer {
    std::string text;
    bool may_be_packed = false;
  };

  void one_less();
  // Mostly one; none: there is no answer.
  std::vector<Answer> answers(const Asked& asked);
  std::optional<std::string> plain_answer(const Asked& asked);
  std::optional<std::string> number_of_subscribers(const Asked& asked);
  std::optional<Answer> answer_by_page(const ServiceAddress& address, std::string_view body);
  Answer answer_with_deed(const ServiceAddress& address, const ServiceOptions& options);
  // A message as the feed of events has it, or nothing: the account has no clients, or another is meant.
  std::optional<std::string> connections_of(const ServiceAddress& address,
                                            const ServiceOptions& options);
  // Nothing, and no error: there is no answer.
  std::optional<std::string> data_of(const ServiceAddress& address, const ServiceOptions& options,
                                     std::string& error);
  std::string identity();

  ServerView& view_;
  const std::string server_id_;
  const Publish publish_;
  ServerControl& control_;
  ClaimsServices claims_;
  ProcessUsage usage_;
  Random random_;
  std::atomic<int> waiting_{0};
  std::atomic<uint64_t> answered_{0};
  std::atomic<uint64_t> dropped_{0};
  std::atomic<bool> stopped_{false};
  WorkPool pool_{1};
};

}  // namespace antiphon
