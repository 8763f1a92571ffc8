#include "broker/net/tls_socket.h"

#include <gtest/gtest.h>
#include <openssl/bio.h>
#include <signal.h>

#include "tests/unit/broker/net/tls_world.h"

namespace antiphon {
namespace {

using BioPtr = std::unique_ptr<BIO, decltype(&::BIO_free)>;

class TlsSocketTest : public testing::Test {
 protected:
  SocketPair pair_;
  BioPtr socket_{new_tls_socket(pair_.server.get()), &::BIO_free};
};

TEST_F(TlsSocketTest, AReadThatFillsItsRoomSaysNothingOfWhatIsLeft) {
  char room[4];
  ASSERT_EQ(::send(pair_.client.get(), "sixsix", 6, 0), 6);
  EXPECT_EQ(::BIO_read(socket_.get(), room, 4), 4);
  EXPECT_FALSE(is_drained(socket_.get()));
  EXPECT_EQ(::BIO_read(socket_.get(), room, 4), 2);
  EXPECT_TRUE(is_drained(socket_.get()));
}

TEST_F(TlsSocketTest, NothingToReadIsTriedAgainAndAnEndIsNot) {
  char room[4];
  EXPECT_LT(::BIO_read(socket_.get(), room, 4), 0);
  EXPECT_TRUE(BIO_should_read(socket_.get()));
  EXPECT_EQ(BIO_eof(socket_.get()), 0);
  pair_.client.reset();
  EXPECT_EQ(::BIO_read(socket_.get(), room, 4), 0);
  EXPECT_FALSE(BIO_should_retry(socket_.get()));
  EXPECT_EQ(BIO_eof(socket_.get()), 1);
}

TEST_F(TlsSocketTest, WritingToAPeerThatHasGoneIsAnErrorAndNoSignal) {
  const auto before = ::signal(SIGPIPE, SIG_DFL);
  pair_.client.reset();
  EXPECT_LT(::BIO_write(socket_.get(), "late", 4), 0);
  EXPECT_FALSE(BIO_should_retry(socket_.get()));
  ::signal(SIGPIPE, before);
}

TEST_F(TlsSocketTest, DoesNotOwnTheDescriptor) {
  socket_.reset();
  EXPECT_EQ(::send(pair_.client.get(), "x", 1, 0), 1);
  char room[4];
  EXPECT_EQ(::recv(pair_.server.get(), room, 4, 0), 1);
}

}  // namespace
}  // namespace antiphon
