#include "broker/runtime/work_pool.h"

namespace antiphon {

WorkPool::WorkPool(size_t thread_count) {
  for (size_t i = 0; i < thread_count; ++i) threads_.emplace_back([this] { run(); });
}

WorkPool::~WorkPool() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    jobs_.clear();
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

bool WorkPool::submit(absl::AnyInvocable<void()> job) {
  {
    const std::lock_guard lock(mutex_);
    if (jobs_.size() >= kWaitingMax) return false;
    jobs_.push_back(std::move(job));
  }
  changed_.notify_one();
  return true;
}

void WorkPool::run() {
  while (true) {
    absl::AnyInvocable<void()> job;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
      if (stopping_) return;
      job = std::move(jobs_.front());
      jobs_.pop_front();
    }
    job();
  }
}

}  // namespace antiphon
