#include "broker/net/tls_stream.h"

#include <csignal>

#include "tests/unit/broker/net/tls_world.h"

namespace antiphon {
namespace {

class TlsStreamTest : public testing::Test {
 protected:
  TlsStreamTest() {
    std::signal(SIGPIPE,
                SIG_IGN);  // OpenSSL writes without MSG_NOSIGNAL; the server ignores it too
    const auto server = TlsContext::server(identity_.settings());
    const auto client = TlsContext::client(identity_.settings());
    EXPECT_TRUE(server.ok() && client.ok());
    SslPtr near((*server)->new_connection(pair_.server.get()));
    SslPtr far((*client)->new_connection(pair_.client.get()));
    EXPECT_TRUE(shake_hands(near.get(), far.get()));
    server_ = std::make_unique<TlsStream>(std::move(near));
    client_ = std::make_unique<TlsStream>(std::move(far));
  }

  static IoResult write(TlsStream& stream, const std::string& text) {
    const iovec piece{const_cast<char*>(text.data()), text.size()};
    return stream.write(&piece, 1);
  }
  // Reads until there is nothing more.
  static std::string read_all(TlsStream& stream, IoStatus* last = nullptr) {
    std::string all;
    std::string room(20'000, '\0');
    IoResult result{IoStatus::kDone};
    while (true) {
      result = stream.read(room.data(), room.size());
      if (result.status != IoStatus::kDone) break;
      all.append(room, 0, result.bytes);
    }
    if (last != nullptr) *last = result.status;
    return all;
  }

  Identity identity_{"stream"};
  SocketPair pair_;
  std::unique_ptr<TlsStream> server_;
  std::unique_ptr<TlsStream> client_;
};

TEST_F(TlsStreamTest, CarriesBytesBothWays) {
  EXPECT_EQ(write(*client_, "hello").bytes, 5u);
  IoStatus last;
  EXPECT_EQ(read_all(*server_, &last), "hello");
  EXPECT_EQ(last, IoStatus::kWouldBlock);
  EXPECT_EQ(write(*server_, "world").bytes, 5u);
  EXPECT_EQ(read_all(*client_), "world");
}

TEST_F(TlsStreamTest, WritesSeveralPieces) {
  char text[] = "onetwothree";
  const iovec pieces[] = {{text, 3}, {text + 3, 0}, {text + 3, 3}, {text + 6, 5}};
  EXPECT_EQ(server_->write(pieces, 4).bytes, 11u);
  EXPECT_EQ(server_->write(pieces, 0).bytes, 0u);
  EXPECT_EQ(read_all(*client_), "onetwothree");
}

TEST_F(TlsStreamTest, SmallPiecesShareARecord) {
  std::string text(40'000, '\0');
  for (size_t i = 0; i < text.size(); ++i) text[i] = static_cast<char>('a' + i * 7 % 26);
  std::vector<iovec> pieces;
  for (size_t at = 0; at < text.size(); at += 200) pieces.push_back({text.data() + at, 200});
  const uint64_t before = ::BIO_number_written(::SSL_get_wbio(server_->connection()));
  EXPECT_EQ(server_->write(pieces.data(), pieces.size()).bytes, text.size());
  const uint64_t sent = ::BIO_number_written(::SSL_get_wbio(server_->connection())) - before;
  EXPECT_LT(sent, text.size() + 3 * 64) << "three records, not two hundred";
  EXPECT_EQ(read_all(*client_), text);
}

TEST_F(TlsStreamTest, APieceThatFillsRecordsBetweenSmallOnes) {
  std::string text(3 + 50'000 + 5, 'x');
  text.front() = 'f';
  text.back() = 'l';
  const iovec pieces[] = {{text.data(), 3}, {text.data() + 3, 50'000}, {text.data() + 50'003, 5}};
  EXPECT_EQ(server_->write(pieces, 3).bytes, text.size());
  EXPECT_EQ(read_all(*client_), text);
}

TEST_F(TlsStreamTest, ReadsSeveralRecordsAtOnceAndSmallPortionsOfOne) {
  for (int i = 0; i < 10; ++i) write(*client_, "0123456789");
  char room[64];
  const IoResult result = server_->read(room, 25);
  EXPECT_EQ(result.bytes, 25u);
  EXPECT_FALSE(result.drained) << "no event will tell of the rest";
  EXPECT_EQ(read_all(*server_).size(), 75u);
}

TEST_F(TlsStreamTest, GoesOnWhereAFullSocketStoppedIt) {
  std::string text;
  for (int i = 0; text.size() < 4'000'000; ++i) text += std::to_string(i) + " ";
  std::string got;
  size_t sent = 0;
  size_t stops = 0;
  while (sent < text.size()) {
    const IoResult result = write(*server_, text.substr(sent));
    ASSERT_NE(result.status, IoStatus::kFailed);
    sent += result.bytes;
    if (result.status == IoStatus::kWouldBlock || result.bytes == 0) ++stops;
    got += read_all(*client_);
  }
  got += read_all(*client_);
  EXPECT_EQ(got.size(), text.size());
  EXPECT_EQ(got, text);
}

TEST_F(TlsStreamTest, SaysGoodbyeAndHearsIt) {
  write(*client_, "last");
  client_->shut_down();
  IoStatus last;
  EXPECT_EQ(read_all(*server_, &last), "last");
  EXPECT_EQ(last, IoStatus::kEnd);
  server_->shut_down();
}

TEST_F(TlsStreamTest, APeerThatGoesWithoutGoodbyeHasClosedAllTheSame) {
  write(*client_, "last");
  client_.reset();
  pair_.client.reset();
  IoStatus last;
  EXPECT_EQ(read_all(*server_, &last), "last");
  EXPECT_EQ(last, IoStatus::kEnd);
  server_->shut_down();  // must not touch a connection that failed
}

TEST_F(TlsStreamTest, BytesThatAreNoTlsBreakIt) {
  ASSERT_EQ(::write(pair_.client.get(), "PING\r\nPING\r\n", 12), 12);
  IoStatus last;
  EXPECT_EQ(read_all(*server_, &last), "");
  EXPECT_EQ(last, IoStatus::kFailed);
  server_->shut_down();
}

TEST_F(TlsStreamTest, WritingToAPeerThatHasGoneFails) {
  pair_.client.reset();
  IoResult result{IoStatus::kDone, 1};
  for (int i = 0; i < 3 && result.status != IoStatus::kFailed; ++i) result = write(*server_, "x");
  EXPECT_EQ(result.status, IoStatus::kFailed);
}

}  // namespace
}  // namespace antiphon
