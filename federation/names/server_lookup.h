// Looks up brokers' names on a thread of its own, because DNS may take its time.
//
// MODEL: questions are answered one after the other; the answer is handed over on this object's
// thread. The end of the object interrupts what is under way and drops what waits.
// LIMITS: kQuestionsMax questions at once; each name takes DnsSource::kAnswerMsMax at most.
#pragma once

#include <absl/functional/any_invocable.h>
#include <absl/status/statusor.h>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <string>
#include <thread>

#include "broker/runtime/random.h"
#include "broker/runtime/unique_descriptor.h"
#include "federation/names/find_servers.h"
#include "federation/names/server_names.h"

namespace antiphon::federation {

class ServerLookup {
 public:
  static constexpr size_t kQuestionsMax = 2;  // one of each side

  using Done = absl::AnyInvocable<void(absl::StatusOr<FoundServers>)>;

  ServerLookup(std::string dns_servers, uint64_t seed);
  ~ServerLookup();
  ServerLookup(const ServerLookup&) = delete;
  ServerLookup& operator=(const ServerLookup&) = delete;

  // Any thread.
  void ask(ServerNames names, Done done);

 private:
  struct Question {
    ServerNames names;
    Done done;
  };

  void run();
  absl::StatusOr<FoundServers> answer(const ServerNames& names);

  const std::string dns_servers_;
  Random random_;
  const UniqueDescriptor stop_;  // readable when it is to stop
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Question> questions_;
  bool stopping_ = false;
  std::thread thread_;  // last: it uses the others
};

}  // namespace antiphon::federation
