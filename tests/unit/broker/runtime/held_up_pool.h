// A pool of one thread that is busy until it is released, so that a test can see what waits.
#pragma once

#include <gtest/gtest.h>

#include <future>
#include <memory>

#include "broker/runtime/work_pool.h"

namespace antiphon {

class HeldUpPool {
 public:
  // Returns when the thread is busy.
  HeldUpPool() {
    EXPECT_TRUE(pool_->submit([this] {
      started_.set_value();
      released_.get_future().wait();
    }));
    started_.get_future().wait();
  }
  ~HeldUpPool() { release(); }
  HeldUpPool(const HeldUpPool&) = delete;
  HeldUpPool& operator=(const HeldUpPool&) = delete;

  WorkPool& operator*() { return *pool_; }
  WorkPool* operator->() { return pool_.get(); }

  void release() {
    if (!is_released_) released_.set_value();
    is_released_ = true;
  }
  // Its own end, which waits for what the thread does.
  void end() { pool_ = nullptr; }

 private:
  std::promise<void> started_;
  std::promise<void> released_;
  bool is_released_ = false;
  std::unique_ptr<WorkPool> pool_ = std::make_unique<WorkPool>(1);  // last: its thread uses the others
};

}  // namespace antiphon
