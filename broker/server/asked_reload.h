// A reload, of the configuration or of the accounts alone, that somebody asks for over the network and
// waits for.
//
// WHY: only the control thread reloads. The one who asks wakes it and gets what came of it; those who ask
// while a reload is under way wait for the next one, which has seen what they may have changed.
// LIMITS: nobody waits longer than `wait_max`.
// THREADS: ask() any thread but the control thread; begin() and end() the control thread; stop() any.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>

namespace antiphon {

class AskedReload {
 public:
  explicit AskedReload(std::chrono::milliseconds wait_max) : wait_max_(wait_max) {}

  // What went wrong, or empty. `wake` has the control thread call begin() and end().
  std::string ask(const std::function<void()>& wake);

  // Everybody who has asked until now is served by what comes between these.
  void begin();
  void end(const std::string& problem);

  // Nobody waits any more.
  void stop();

 private:
  const std::chrono::milliseconds wait_max_;
  std::mutex mutex_;  // guards the following
  std::condition_variable ended_;
  uint64_t asked_ = 0;
  uint64_t begun_ = 0;  // up to which of them the reload under way is for
  uint64_t done_ = 0;
  std::string problem_;  // of the last one
  bool stopping_ = false;
};

}  // namespace antiphon
