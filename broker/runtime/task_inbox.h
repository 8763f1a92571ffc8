// Tasks that other threads hand to a shard (or the control thread) to run between its turns.
//
// WHY: for the control plane only: adopting a connection, reading statistics, reload, shutdown.
// Messages never come this way; they use the rings of the mesh.
#pragma once

#include <absl/functional/any_invocable.h>

#include <atomic>
#include <mutex>
#include <vector>

namespace antiphon {

using Task = absl::AnyInvocable<void()>;

class TaskInbox {
 public:
  // Any thread. The caller wakes the owner afterwards.
  void push(Task task) {
    const std::lock_guard lock(mutex_);
    tasks_.push_back(std::move(task));
    waiting_.store(true, std::memory_order_seq_cst);
  }

  // Owner.
  bool empty() const { return !waiting_.load(std::memory_order_seq_cst); }

  // Owner: runs everything that was there when it was called.
  void run_all() {
    if (empty()) return;
    std::vector<Task> batch;
    {
      const std::lock_guard lock(mutex_);
      batch.swap(tasks_);
      waiting_.store(false, std::memory_order_relaxed);  // under the mutex, as in push()
    }
    for (Task& task : batch) task();
  }

 private:
  std::mutex mutex_;
  std::vector<Task> tasks_;
  std::atomic<bool> waiting_{false};
};

}  // namespace antiphon
