#include "broker/net/transport.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>

namespace antiphon {
namespace {

class TransportTest : public testing::Test {
 protected:
  TransportTest() {
    int ends[2];
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends), 0);
    near_ = Transport(ends[0]);
    far_ = ends[1];
  }
  ~TransportTest() override { close_far(); }
  void close_far() {
    if (far_ >= 0) ::close(far_);
    far_ = -1;
  }
  std::string read_far() {
    char room[256];
    const ssize_t got = ::read(far_, room, sizeof room);
    return got > 0 ? std::string(room, static_cast<size_t>(got)) : "";
  }

  Transport near_;
  int far_ = -1;
};

TEST_F(TransportTest, ReadsWhatIsThere) {
  char room[16];
  EXPECT_EQ(near_.read(room, sizeof room).status, IoStatus::kWouldBlock);
  ASSERT_EQ(::write(far_, "hello", 5), 5);
  const IoResult some = near_.read(room, 3);
  EXPECT_EQ(some.status, IoStatus::kDone);
  EXPECT_EQ(std::string(room, some.bytes), "hel");
  EXPECT_FALSE(some.drained) << "no event will tell of the rest";
  const IoResult rest = near_.read(room, sizeof room);
  EXPECT_EQ(rest.bytes, 2u);
  EXPECT_TRUE(rest.drained);
  close_far();
  EXPECT_EQ(near_.read(room, sizeof room).status, IoStatus::kEnd);
}

TEST_F(TransportTest, WhatTheKernelKeepsUnsentIsLimited) {
  Transport none;
  none.limit_unsent(70'000);  // nothing to limit
  Transport tcp(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  tcp.limit_unsent(70'000);
  int limit = 0;
  socklen_t length = sizeof limit;
  ASSERT_EQ(::getsockopt(tcp.descriptor(), IPPROTO_TCP, TCP_NOTSENT_LOWAT, &limit, &length), 0);
  EXPECT_EQ(limit, 70'000);
}

TEST_F(TransportTest, WritesOneOrManyPieces) {
  char text[] = "onetwothree";
  const iovec pieces[] = {{text, 3}, {text + 3, 3}, {text + 6, 5}};
  EXPECT_EQ(near_.write(pieces, 1).bytes, 3u);
  EXPECT_EQ(near_.write(pieces, 3).bytes, 11u);
  EXPECT_EQ(read_far(), "oneonetwothree");
  const IoResult nothing = near_.write(pieces, 0);
  EXPECT_EQ(nothing.status, IoStatus::kDone);
  EXPECT_EQ(nothing.bytes, 0u);
}

TEST_F(TransportTest, SaysWhenTheSocketIsFull) {
  const std::string text(1 << 20, 'x');
  const iovec piece{const_cast<char*>(text.data()), text.size()};
  IoResult result{IoStatus::kDone, 0};
  size_t total = 0;
  for (int i = 0; i < 100 && result.status == IoStatus::kDone; ++i) {
    result = near_.write(&piece, 1);
    total += result.bytes;
  }
  EXPECT_EQ(result.status, IoStatus::kWouldBlock);
  EXPECT_GT(total, 0u);
}

TEST_F(TransportTest, FailsWithoutASignalWhenThePeerHasGone) {
  close_far();
  char byte = 'x';
  const iovec pieces[] = {{&byte, 1}, {&byte, 1}};
  EXPECT_EQ(near_.write(pieces, 1).status, IoStatus::kFailed);
  EXPECT_EQ(near_.write(pieces, 2).status, IoStatus::kFailed);
}

TEST_F(TransportTest, OwnsItsDescriptorUntilItGivesItAway) {
  const int descriptor = near_.descriptor();
  EXPECT_TRUE(near_.is_open());
  EXPECT_TRUE(near_.is_plain());
  Transport moved(std::move(near_));
  EXPECT_FALSE(near_.is_open());
  EXPECT_EQ(moved.descriptor(), descriptor);
  EXPECT_EQ(moved.detach(), descriptor);
  EXPECT_FALSE(moved.is_open());
  moved.close();
  EXPECT_GE(::fcntl(descriptor, F_GETFD), 0);
  Transport again(descriptor);
  again = Transport();
  EXPECT_LT(::fcntl(descriptor, F_GETFD), 0);
}

struct Noted {
  int shut_down = 0;
  int destroyed = 0;
};

class NotedStream final : public ByteStream {
 public:
  explicit NotedStream(Noted& noted) : noted_(noted) {}
  ~NotedStream() override { ++noted_.destroyed; }
  IoResult read(char*, size_t) override { return {IoStatus::kDone, 7}; }
  IoResult write(const iovec*, size_t) override { return {IoStatus::kFailed}; }
  void shut_down() override { ++noted_.shut_down; }

 private:
  Noted& noted_;
};

TEST_F(TransportTest, SpeaksThroughItsStreamWhenItHasOne) {
  Noted noted;
  {
    Transport transport(-1, std::make_unique<NotedStream>(noted));
    EXPECT_TRUE(transport.is_open());
    EXPECT_FALSE(transport.is_plain());
    EXPECT_EQ(transport.read(nullptr, 0).bytes, 7u);
    EXPECT_EQ(transport.write(nullptr, 0).status, IoStatus::kFailed);
    transport.close();
    EXPECT_FALSE(transport.is_open());
    EXPECT_EQ(noted.shut_down, 1);
    EXPECT_EQ(noted.destroyed, 1);
  }
  EXPECT_EQ(noted.shut_down, 1) << "goodbye is said once";
}

}  // namespace
}  // namespace antiphon
