#include "broker/runtime/work_pool.h"

namespace antiphon {

WorkPool::WorkPool(size_t thread_count) {
  for (size_t i = 0; i < thread_count; ++i) threads_.emplace_back([this] { run(); });
}

WorkPool::~WorkPool() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    brief_.clear();
    long_.clear();
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

bool WorkPool::submit(absl::AnyInvocable<void()> job, Length length) {
  {
    const std::lock_guard lock(mutex_);
    Jobs& jobs = length == Length::kBrief ? brief_ : long_;
    const size_t most = length == Length::kBrief ? kBriefWaitingMax : kLongWaitingMax;
    if (jobs.size() >= most) return false;
    jobs.push_back(std::move(job));
  }
  changed_.notify_one();
  return true;
}

absl::AnyInvocable<void()> WorkPool::take() {
  const bool brief = !brief_.empty() && (long_.empty() || brief_in_a_row_ < kBriefInARow);
  brief_in_a_row_ = brief ? brief_in_a_row_ + 1 : 0;
  Jobs& jobs = brief ? brief_ : long_;
  absl::AnyInvocable<void()> job = std::move(jobs.front());
  jobs.pop_front();
  return job;
}

void WorkPool::run() {
  while (true) {
    absl::AnyInvocable<void()> job;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return stopping_ || !brief_.empty() || !long_.empty(); });
      if (stopping_) return;
      job = take();
    }
    job();
  }
}

}  // namespace antiphon
