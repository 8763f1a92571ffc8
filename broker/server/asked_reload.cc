#include "broker/server/asked_reload.h"

namespace antiphon {

std::string AskedReload::ask(const std::function<void()>& wake) {
  std::unique_lock lock(mutex_);
  const uint64_t mine = ++asked_;
  wake();
  const bool ended = ended_.wait_for(lock, wait_max_, [&] { return stopping_ || done_ >= mine; });
  if (done_ >= mine) return problem_;
  return ended ? "the server is shutting down"
               : "the reload takes long: the server's log will say what comes of it";
}

void AskedReload::begin() {
  const std::lock_guard lock(mutex_);
  begun_ = asked_;
}

void AskedReload::end(const std::string& problem) {
  {
    const std::lock_guard lock(mutex_);
    done_ = begun_;
    problem_ = problem;
  }
  ended_.notify_all();
}

void AskedReload::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  ended_.notify_all();
}

}  // namespace antiphon
