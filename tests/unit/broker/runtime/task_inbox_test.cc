#include "broker/runtime/task_inbox.h"

#include <gtest/gtest.h>

#include <memory>
#include <thread>

namespace antiphon {
namespace {

TEST(TaskInbox, RunsTasksOnceAndInOrder) {
  TaskInbox inbox;
  EXPECT_TRUE(inbox.empty());
  inbox.run_all();
  std::vector<int> ran;
  for (int i = 0; i < 3; ++i) inbox.push([&ran, i] { ran.push_back(i); });
  EXPECT_FALSE(inbox.empty());
  inbox.run_all();
  EXPECT_TRUE(inbox.empty());
  inbox.run_all();
  EXPECT_EQ(ran, (std::vector<int>{0, 1, 2}));
}

TEST(TaskInbox, KeepsATaskThatATaskPushesForTheNextTime) {
  TaskInbox inbox;
  int ran = 0;
  inbox.push([&] { inbox.push([&ran] { ++ran; }); });
  inbox.run_all();
  EXPECT_EQ(ran, 0);
  EXPECT_FALSE(inbox.empty());
  inbox.run_all();
  EXPECT_EQ(ran, 1);
}

TEST(TaskInbox, TakesTasksThatOwnWhatCannotBeCopied) {
  TaskInbox inbox;
  int seen = 0;
  inbox.push([value = std::make_unique<int>(5), &seen] { seen = *value; });
  inbox.run_all();
  EXPECT_EQ(seen, 5);
}

TEST(TaskInbox, LosesNothingFromSeveralThreads) {
  constexpr int kThreads = 3;
  constexpr int kTasks = 5000;
  TaskInbox inbox;
  int ran = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < kTasks; ++i) inbox.push([&ran] { ++ran; });
    });
  }
  while (ran < kThreads * kTasks) {
    inbox.run_all();
    std::this_thread::yield();
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_TRUE(inbox.empty());
  EXPECT_EQ(ran, kThreads * kTasks);
}

}  // namespace
}  // namespace antiphon
