#include "broker/runtime/work_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <string>
#include <thread>
#include <vector>

#include "tests/unit/broker/runtime/held_up_pool.h"

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
  HeldUpPool pool;
  for (size_t i = 0; i < WorkPool::kLongWaitingMax; ++i) ASSERT_TRUE(pool->submit([] {}));
  EXPECT_FALSE(pool->submit([] {}));
}

TEST(WorkPool, LetsBriefJobsPassLongOnesButNotForEver) {
  std::promise<void> done;
  std::vector<char> order;  // written by the pool's only thread
  HeldUpPool pool;
  constexpr size_t kBrief = 2 * WorkPool::kBriefInARow;
  ASSERT_TRUE(pool->submit([&] { order.push_back('L'); }));
  ASSERT_TRUE(pool->submit([&] {
    order.push_back('L');
    done.set_value();
  }));
  for (size_t i = 0; i < kBrief; ++i) {
    ASSERT_TRUE(pool->submit([&] { order.push_back('b'); }, WorkPool::Length::kBrief));
  }
  pool.release();
  done.get_future().wait();
  const std::string run(WorkPool::kBriefInARow, 'b');
  EXPECT_EQ(std::string(order.begin(), order.end()), run + 'L' + run + 'L');
}

TEST(WorkPool, BoundsBriefAndLongJobsByThemselves) {
  HeldUpPool pool;
  for (size_t i = 0; i < WorkPool::kLongWaitingMax; ++i) ASSERT_TRUE(pool->submit([] {}));
  for (size_t i = 0; i < WorkPool::kBriefWaitingMax; ++i) {
    ASSERT_TRUE(pool->submit([] {}, WorkPool::Length::kBrief));
  }
  EXPECT_FALSE(pool->submit([] {}));
  EXPECT_FALSE(pool->submit([] {}, WorkPool::Length::kBrief));
}

TEST(WorkPool, DropsWhatHasNotBegunWhenItIsDestroyed) {
  std::atomic<bool> second_ran{false};
  HeldUpPool pool;
  auto owned = std::make_shared<int>();
  const std::weak_ptr<int> second = owned;
  ASSERT_TRUE(pool->submit([&second_ran, moved = std::move(owned)] { second_ran = true; }));
  std::thread destroyer([&pool] { pool.end(); });
  while (!second.expired()) std::this_thread::yield();  // dropped while the first still runs
  pool.release();
  destroyer.join();
  EXPECT_FALSE(second_ran);
}

}  // namespace
}  // namespace antiphon
