#include "federation/names/server_lookup.h"

#include <sys/eventfd.h>

#include "federation/names/dns_source.h"
#include "protocol/bytes/check.h"

namespace antiphon::federation {

ServerLookup::ServerLookup(std::string dns_servers, uint64_t seed)
    : dns_servers_(std::move(dns_servers)), random_(seed), stop_(::eventfd(0, EFD_CLOEXEC)) {
  AP_CHECK(stop_.get() >= 0);
  thread_ = std::thread([this] { run(); });
}

ServerLookup::~ServerLookup() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  AP_CHECK(::eventfd_write(stop_.get(), 1) == 0);
  thread_.join();
}

void ServerLookup::ask(ServerNames names, Done done) {
  {
    const std::lock_guard lock(mutex_);
    AP_CHECK(questions_.size() < kQuestionsMax);
    questions_.push_back({std::move(names), std::move(done)});
  }
  changed_.notify_one();
}

void ServerLookup::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return stopping_ || !questions_.empty(); });
    if (stopping_) return;
    Question question = std::move(questions_.front());
    questions_.pop_front();
    lock.unlock();
    question.done(answer(question.names));
    lock.lock();
  }
}

// The system's settings may have changed since the last question.
absl::StatusOr<FoundServers> ServerLookup::answer(const ServerNames& names) {
  absl::StatusOr<std::unique_ptr<DnsSource>> source = DnsSource::open(dns_servers_, stop_.get());
  if (!source.ok()) return source.status();
  return find_servers(names, **source, random_);
}

}  // namespace antiphon::federation
