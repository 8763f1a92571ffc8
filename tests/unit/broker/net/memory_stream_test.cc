#include "broker/net/memory_stream.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <thread>

#include "broker/runtime/poller.h"
#include "broker/runtime/random.h"

namespace antiphon {
namespace {

constexpr int kDeadlineMs = 20'000;

IoResult write(Transport& end, std::string_view text) {
  const iovec piece{const_cast<char*>(text.data()), text.size()};
  return end.write(&piece, 1);
}

std::string read(Transport& end, size_t bytes_max = 64) {
  std::string out(bytes_max, '\0');
  const IoResult result = end.read(out.data(), bytes_max);
  return result.status == IoStatus::kDone ? out.substr(0, result.bytes) : "";
}

IoStatus status_of_read(Transport& end) {
  char byte;
  return end.read(&byte, 1).status;
}

class MemoryStreamTest : public testing::Test {
 protected:
  explicit MemoryStreamTest(size_t bytes_max = 16) {
    auto connection = connect_in_memory(bytes_max);
    EXPECT_TRUE(connection.has_value());
    one_ = std::move(connection->one);
    other_ = std::move(connection->other);
  }
  // Puts the end under the poller and takes the event that every new descriptor raises.
  void watch(const Transport& end) {
    ASSERT_TRUE(poller_.add(end.descriptor(), 7));
    ASSERT_EQ(poller_.wait(0).size(), 1u);
  }
  bool has_event() { return !poller_.wait(0).empty(); }

  Transport one_;
  Transport other_;
  Poller poller_;
};

TEST_F(MemoryStreamTest, CarriesBytesBothWays) {
  EXPECT_EQ(status_of_read(one_), IoStatus::kWouldBlock);
  EXPECT_EQ(write(one_, "ping").bytes, 4u);
  EXPECT_EQ(write(other_, "pong").bytes, 4u);
  EXPECT_EQ(read(other_), "ping");
  EXPECT_EQ(read(one_), "pong");
  EXPECT_FALSE(one_.is_plain());
  EXPECT_EQ(one_.verified_certificate(), nullptr);
}

TEST_F(MemoryStreamTest, APollerThatGetsToKnowAnEndHasItReadAndWritten) {
  write(one_, "before");
  ASSERT_TRUE(poller_.add(other_.descriptor(), 7));
  const auto events = poller_.wait(0);
  ASSERT_EQ(events.size(), 1u);
  EXPECT_TRUE(events[0].readable && events[0].writable);
  EXPECT_FALSE(events[0].hung_up);
}

TEST_F(MemoryStreamTest, SaysWhetherAnEventWillTellOfMore) {
  write(one_, "hello");
  char room[8];
  EXPECT_FALSE(other_.read(room, 3).drained);
  EXPECT_TRUE(other_.read(room, 3).drained);
}

TEST_F(MemoryStreamTest, BytesRaiseOneEventForAReaderThatHadNoMore) {
  watch(other_);
  EXPECT_EQ(read(other_), "");
  write(one_, "a");
  write(one_, "b");
  const auto events = poller_.wait(0);
  ASSERT_EQ(events.size(), 1u);
  EXPECT_TRUE(events[0].readable);
  EXPECT_EQ(events[0].key, 7u);
  EXPECT_FALSE(has_event()) << "it is told once";
  EXPECT_EQ(read(other_), "ab");
  write(one_, "c");
  EXPECT_TRUE(has_event());
}

TEST_F(MemoryStreamTest, AFullDirectionWouldBlockUntilHalfOfItIsRead) {
  watch(one_);
  EXPECT_EQ(write(one_, std::string(20, 'x')).bytes, 16u);
  EXPECT_EQ(write(one_, "y").status, IoStatus::kWouldBlock);
  EXPECT_EQ(read(other_, 7), std::string(7, 'x'));
  EXPECT_FALSE(has_event());
  EXPECT_EQ(read(other_, 1), "x");
  const auto events = poller_.wait(0);
  ASSERT_EQ(events.size(), 1u);
  EXPECT_TRUE(events[0].writable);
  EXPECT_EQ(write(one_, "y").bytes, 1u);
}

TEST_F(MemoryStreamTest, WhatWasWrittenIsReadBeforeTheEnd) {
  watch(other_);
  write(one_, "last words");
  one_.close();
  EXPECT_TRUE(has_event());
  EXPECT_EQ(read(other_), "last words");
  EXPECT_TRUE(has_event()) << "a reader that got less than it asked for hears of the end";
  EXPECT_EQ(status_of_read(other_), IoStatus::kEnd);
  EXPECT_EQ(status_of_read(other_), IoStatus::kEnd);
}

TEST_F(MemoryStreamTest, WritingToAnEndThatHasClosedFails) {
  other_.close();
  EXPECT_EQ(write(one_, "a").status, IoStatus::kFailed);
  EXPECT_EQ(errno, EPIPE);
  EXPECT_EQ(status_of_read(one_), IoStatus::kEnd);
}

TEST_F(MemoryStreamTest, AWriterThatWaitsHearsThatTheOtherEndHasClosed) {
  watch(one_);
  write(one_, std::string(20, 'x'));
  other_.close();
  EXPECT_TRUE(has_event());
  EXPECT_EQ(write(one_, "y").status, IoStatus::kFailed);
}

TEST_F(MemoryStreamTest, ClosingAnEndGivesItsDescriptorBack) {
  const int descriptor = one_.descriptor();
  EXPECT_GE(descriptor, 0);
  one_.close();
  EXPECT_FALSE(one_.is_open());
  write(other_, "into the void");
  other_.close();
  EXPECT_EQ(::close(descriptor), -1) << "nobody has kept it";
}

TEST(MemoryStream, NeedsDescriptors) {
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  rlimit none = before;
  none.rlim_cur = 0;
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
  const bool connected = connect_in_memory().has_value();
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
  EXPECT_FALSE(connected);
}

// ---- Two threads -------------------------------------------------------------------------------

char byte_at(uint64_t position) {
  return static_cast<char>(position * 31 + (position >> 8));
}

// Sends `bytes` in pieces of random size and waits for events when it is stopped. Returns whether
// all were taken.
bool send_all(Transport& end, uint64_t bytes, uint64_t seed) {
  Random random(seed);
  Poller poller;
  if (!poller.add(end.descriptor(), 1)) return false;
  std::string text;
  for (uint64_t sent = 0; sent < bytes;) {
    text.resize(static_cast<size_t>(std::min<uint64_t>(bytes - sent, 1 + random.below(300))));
    for (size_t i = 0; i < text.size(); ++i) text[i] = byte_at(sent + i);
    const IoResult result = write(end, text);
    if (result.status == IoStatus::kDone) {
      sent += result.bytes;
    } else if (result.status != IoStatus::kWouldBlock || poller.wait(kDeadlineMs).empty()) {
      return false;
    }
  }
  poller.remove(end.descriptor());
  return true;
}

// Reads until the end; returns how many bytes came in order, or UINT64_MAX when it waited in vain.
uint64_t receive_all(Transport& end, uint64_t seed) {
  Random random(seed);
  Poller poller;
  if (!poller.add(end.descriptor(), 1)) return UINT64_MAX;
  char room[400];
  uint64_t got = 0;
  while (true) {
    const IoResult result = end.read(room, 1 + random.below(sizeof room));
    if (result.status == IoStatus::kEnd) break;
    if (result.status == IoStatus::kDone) {
      for (size_t i = 0; i < result.bytes; ++i, ++got) {
        if (room[i] != byte_at(got)) return got;
      }
      if (!result.drained) continue;
    }
    if (poller.wait(kDeadlineMs).empty()) return UINT64_MAX;
  }
  poller.remove(end.descriptor());
  return got;
}

TEST(MemoryStream, LosesNoByteAndNoWakeUpBetweenTwoThreads) {
  constexpr uint64_t kBytes = 2 << 20;
  for (const size_t room : {1u, 16u, 256u, 1u << 16}) {
    // A ring of few bytes is about being stopped; it need not carry much.
    const uint64_t bytes = room < 16 ? kBytes / 64 : kBytes;
    auto connection = connect_in_memory(room);
    ASSERT_TRUE(connection.has_value());
    bool sent = false;
    std::thread writer([&] {
      sent = send_all(connection->one, bytes, room);
      connection->one.close();
    });
    const uint64_t received = receive_all(connection->other, room + 1);
    connection->other.close();  // a writer that is stuck would be stuck for ever
    writer.join();
    EXPECT_EQ(received, bytes) << "with room for " << room;
    EXPECT_TRUE(sent) << "with room for " << room;
  }
}

TEST(MemoryStream, BothDirectionsAtOnceDoNotDisturbEachOther) {
  constexpr int kRounds = 20'000;
  auto connection = connect_in_memory(64);
  ASSERT_TRUE(connection.has_value());
  const auto answer_one = [](Transport& end, Poller& poller) {
    char byte = 0;
    while (end.read(&byte, 1).status != IoStatus::kDone) {
      if (poller.wait(kDeadlineMs).empty()) return false;
    }
    return write(end, std::string_view(&byte, 1)).bytes == 1;
  };
  std::thread echo([&] {
    Poller poller;
    ASSERT_TRUE(poller.add(connection->other.descriptor(), 1));
    for (int i = 0; i < kRounds; ++i) {
      if (!answer_one(connection->other, poller)) return;
    }
  });
  Poller poller;
  ASSERT_TRUE(poller.add(connection->one.descriptor(), 1));
  int came_back = 0;
  ASSERT_EQ(write(connection->one, "x").bytes, 1u);
  for (; came_back < kRounds - 1 && answer_one(connection->one, poller); ++came_back) {
  }
  echo.join();
  EXPECT_EQ(came_back, kRounds - 1);
}

}  // namespace
}  // namespace antiphon
