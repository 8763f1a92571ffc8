#include "broker/net/listener.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/resource.h>

#include <vector>

#include "broker/runtime/unique_descriptor.h"

namespace antiphon {
namespace {

UniqueDescriptor connect_to(uint16_t port) {
  UniqueDescriptor client(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(client.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    client.reset();
  }
  return client;
}

bool wait_readable(int descriptor) {
  constexpr int kTooLongMs = 10'000;
  pollfd one{descriptor, POLLIN, 0};
  return ::poll(&one, 1, kTooLongMs) == 1;
}

TEST(Listener, TakesAFreePortAndAcceptsOnIt) {
  auto listener = Listener::open("127.0.0.1", 0, Listener::Use::kAlone);
  ASSERT_TRUE(listener.ok()) << listener.status();
  EXPECT_NE(listener->port(), 0);
  Listener::Accepted accepted;
  EXPECT_EQ(listener->accept(accepted), Listener::Outcome::kNoneWaiting);
  const UniqueDescriptor client = connect_to(listener->port());
  ASSERT_GE(client.get(), 0);
  ASSERT_TRUE(wait_readable(listener->descriptor()));
  ASSERT_EQ(listener->accept(accepted), Listener::Outcome::kAccepted);
  const UniqueDescriptor server(accepted.descriptor);
  EXPECT_EQ(accepted.peer.ip_text(), "127.0.0.1");
  EXPECT_NE(accepted.peer.port, 0);
  EXPECT_NE(::fcntl(server.get(), F_GETFL) & O_NONBLOCK, 0);
  int no_delay = 0;
  socklen_t length = sizeof no_delay;
  EXPECT_EQ(::getsockopt(server.get(), IPPROTO_TCP, TCP_NODELAY, &no_delay, &length), 0);
  EXPECT_NE(no_delay, 0);
}

TEST(Listener, OnEveryAddressAnIpv4ClientIsSeenAsOne) {
  for (const char* host : {"", "0.0.0.0", "::"}) {
    auto listener = Listener::open(host, 0, Listener::Use::kAlone);
    ASSERT_TRUE(listener.ok()) << listener.status();
    const UniqueDescriptor client = connect_to(listener->port());
    ASSERT_TRUE(wait_readable(listener->descriptor()));
    Listener::Accepted accepted;
    ASSERT_EQ(listener->accept(accepted), Listener::Outcome::kAccepted);
    const UniqueDescriptor server(accepted.descriptor);
    EXPECT_EQ(accepted.peer.ip_text(), "127.0.0.1");
  }
}

TEST(Listener, APortThatIsTakenIsRefusedWithItsAddress) {
  auto first = Listener::open("127.0.0.1", 0, Listener::Use::kAlone);
  ASSERT_TRUE(first.ok());
  const auto second = Listener::open("127.0.0.1", first->port(), Listener::Use::kAlone);
  ASSERT_FALSE(second.ok());
  const std::string text(second.status().message().data(), second.status().message().size());
  EXPECT_NE(text.find("127.0.0.1:" + std::to_string(first->port())), std::string::npos) << text;
  EXPECT_FALSE(Listener::open("127.0.0.1", first->port(), Listener::Use::kShared).ok())
      << "a port that is used alone cannot be shared";
}

TEST(Listener, SeveralMayShareAPort) {
  auto first = Listener::open("127.0.0.1", 0, Listener::Use::kShared);
  ASSERT_TRUE(first.ok());
  auto second = Listener::open("127.0.0.1", first->port(), Listener::Use::kShared);
  ASSERT_TRUE(second.ok()) << second.status();
  std::vector<UniqueDescriptor> clients;
  constexpr int kClients = 64;
  for (int i = 0; i < kClients; ++i) clients.push_back(connect_to(first->port()));
  int taken[2] = {};
  for (int which = 0; which < 2; ++which) {
    Listener& listener = which == 0 ? *first : *second;
    Listener::Accepted accepted;
    while (listener.accept(accepted) == Listener::Outcome::kAccepted) {
      ++taken[which];
      UniqueDescriptor(accepted.descriptor).reset();
    }
  }
  EXPECT_EQ(taken[0] + taken[1], kClients);
  EXPECT_GT(taken[0], 0);
  EXPECT_GT(taken[1], 0);
}

TEST(Listener, NamesAHostThatIsUnknown) {
  const auto listener = Listener::open("no-such-host.invalid", 0, Listener::Use::kAlone);
  ASSERT_FALSE(listener.ok());
  const std::string text(listener.status().message().data(), listener.status().message().size());
  EXPECT_NE(text.find("no-such-host.invalid"), std::string::npos);
}

TEST(Listener, SaysWhenTheProcessHasNoDescriptorsLeft) {
  auto listener = Listener::open("127.0.0.1", 0, Listener::Use::kAlone);
  ASSERT_TRUE(listener.ok());
  const UniqueDescriptor client = connect_to(listener->port());
  ASSERT_TRUE(wait_readable(listener->descriptor()));
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  const rlimit none{static_cast<rlim_t>(0), before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
  Listener::Accepted accepted;
  const Listener::Outcome outcome = listener->accept(accepted);
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
  EXPECT_EQ(outcome, Listener::Outcome::kOutOfDescriptors);
  ASSERT_EQ(listener->accept(accepted), Listener::Outcome::kAccepted) << "it waited";
  UniqueDescriptor(accepted.descriptor).reset();
}

TEST(Listener, MovesWithItsDescriptor) {
  auto opened = Listener::open("127.0.0.1", 0, Listener::Use::kAlone);
  ASSERT_TRUE(opened.ok());
  const int descriptor = opened->descriptor();
  const uint16_t port = opened->port();
  {
    const Listener moved(std::move(*opened));
    EXPECT_EQ(moved.descriptor(), descriptor);
    EXPECT_EQ(moved.port(), port);
    EXPECT_EQ(opened->descriptor(), -1);
  }
  EXPECT_LT(::fcntl(descriptor, F_GETFD), 0);
}

}  // namespace
}  // namespace antiphon
