#include "broker/runtime/work_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>

namespace antiphon {
namespace {

TEST(WorkPool, RunsEveryJobOnAnotherThread) {
  constexpr int kJobs = 200;
  std::atomic<int> left{kJobs};
  std::promise<void> done;
  std::atomic<bool> elsewhere{true};
  const auto here = std::this_thread::get_id();
  WorkPool pool(3);
  for (int i = 0; i < kJobs; ++i) {
    ASSERT_TRUE(pool.submit([&] {
      if (std::this_thread::get_id() == here) elsewhere = false;
      if (--left == 0) done.set_value();
    }));
  }
  done.get_future().wait();
  EXPECT_TRUE(elsewhere);
}

TEST(WorkPool, RefusesJobsBeyondItsBound) {
  std::promise<void> started;
  std::promise<void> release;
  WorkPool pool(1);
  ASSERT_TRUE(pool.submit([&] {
    started.set_value();
    release.get_future().wait();
  }));
  started.get_future().wait();
  for (size_t i = 0; i < WorkPool::kWaitingMax; ++i) ASSERT_TRUE(pool.submit([] {}));
  EXPECT_FALSE(pool.submit([] {}));
  release.set_value();
}

TEST(WorkPool, LetsBriefJobsPassLongOnesButNotForEver) {
  std::promise<void> started;
  std::promise<void> release;
  std::promise<void> done;
  std::vector<char> order;  // written by the pool's only thread
  WorkPool pool(1);
  ASSERT_TRUE(pool.submit([&] {
    started.set_value();
    release.get_future().wait();
  }));
  started.get_future().wait();
  constexpr size_t kBrief = 2 * WorkPool::kBriefInARow;
  ASSERT_TRUE(pool.submit([&] { order.push_back('L'); }));
  ASSERT_TRUE(pool.submit([&] {
    order.push_back('L');
    done.set_value();
  }));
  for (size_t i = 0; i < kBrief; ++i) {
    ASSERT_TRUE(pool.submit([&] { order.push_back('b'); }, WorkPool::Length::kBrief));
  }
  release.set_value();
  done.get_future().wait();
  const std::string run(WorkPool::kBriefInARow, 'b');
  EXPECT_EQ(std::string(order.begin(), order.end()), run + 'L' + run + 'L');
}

TEST(WorkPool, BoundsBriefAndLongJobsByThemselves) {
  std::promise<void> started;
  std::promise<void> release;
  WorkPool pool(1);
  ASSERT_TRUE(pool.submit([&] {
    started.set_value();
    release.get_future().wait();
  }));
  started.get_future().wait();
  for (size_t i = 0; i < WorkPool::kWaitingMax; ++i) ASSERT_TRUE(pool.submit([] {}));
  for (size_t i = 0; i < WorkPool::kWaitingMax; ++i) {
    ASSERT_TRUE(pool.submit([] {}, WorkPool::Length::kBrief));
  }
  EXPECT_FALSE(pool.submit([] {}));
  EXPECT_FALSE(pool.submit([] {}, WorkPool::Length::kBrief));
  release.set_value();
}

TEST(WorkPool, DropsWhatHasNotBegunWhenItIsDestroyed) {
  std::promise<void> started;
  std::promise<void> release;
  std::atomic<bool> second_ran{false};
  auto pool = std::make_unique<WorkPool>(1);
  ASSERT_TRUE(pool->submit([&] {
    started.set_value();
    release.get_future().wait();
  }));
  started.get_future().wait();
  auto owned = std::make_shared<int>();
  const std::weak_ptr<int> second = owned;
  ASSERT_TRUE(pool->submit([&second_ran, moved = std::move(owned)] { second_ran = true; }));
  std::thread destroyer([&pool] { pool.reset(); });
  while (!second.expired()) std::this_thread::yield();  // dropped while the first still runs
  release.set_value();
  destroyer.join();
  EXPECT_FALSE(second_ran);
}

}  // namespace
}  // namespace antiphon
