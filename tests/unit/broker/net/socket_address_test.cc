#include "broker/net/socket_address.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>

namespace antiphon {
namespace {

SocketAddress v4(const char* ip, uint16_t port) {
  sockaddr_storage storage{};
  auto& address = reinterpret_cast<sockaddr_in&>(storage);
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  EXPECT_EQ(::inet_pton(AF_INET, ip, &address.sin_addr), 1);
  return SocketAddress::from(storage);
}
SocketAddress v6(const char* ip, uint16_t port) {
  sockaddr_storage storage{};
  auto& address = reinterpret_cast<sockaddr_in6&>(storage);
  address.sin6_family = AF_INET6;
  address.sin6_port = htons(port);
  EXPECT_EQ(::inet_pton(AF_INET6, ip, &address.sin6_addr), 1);
  return SocketAddress::from(storage);
}

TEST(SocketAddress, IsPrintedAsPeopleWriteIt) {
  EXPECT_EQ(v4("127.0.0.1", 4222).text(), "127.0.0.1:4222");
  EXPECT_EQ(v4("127.0.0.1", 4222).ip_text(), "127.0.0.1");
  EXPECT_EQ(v6("::1", 1).text(), "[::1]:1");
  EXPECT_EQ(v6("2001:db8::7", 65535).ip_text(), "2001:db8::7");
}

TEST(SocketAddress, TakesAMappedAddressForTheIpv4OneItIs) {
  EXPECT_EQ(v6("::ffff:10.1.2.3", 5).text(), "10.1.2.3:5");
  EXPECT_EQ(v6("::ffff:10.1.2.3", 5).ip, v4("10.1.2.3", 5).ip);
}

TEST(SocketAddress, IsNothingForAnotherFamily) {
  sockaddr_storage storage{};
  storage.ss_family = AF_UNIX;
  const SocketAddress none = SocketAddress::from(storage);
  EXPECT_EQ(none.port, 0);
  EXPECT_EQ(none.text(), "pipe") << "a connection within the process";
}

TEST(HostPort, IsSplitAtItsLastColon) {
  const auto expect = [](std::string_view text, std::string_view host, uint16_t port) {
    const auto split = split_host_port(text);
    ASSERT_TRUE(split.has_value()) << text;
    EXPECT_EQ(split->host, host) << text;
    EXPECT_EQ(split->port, port) << text;
  };
  expect("localhost:4222", "localhost", 4222);
  expect("10.0.0.1:0", "10.0.0.1", 0);
  expect(":65535", "", 65535);
  expect("[::1]:80", "::1", 80);
  expect("[]:80", "", 80);
}

TEST(HostPort, IsNothingWithoutAPortThatIsANumber) {
  for (const std::string_view text : {"", "host", "host:", "host:x", "host:1x", "host:65536", "::1",
                                      "::1:80", "[::1:80", "host:-1", "host: 1", "[::1]", ":"}) {
    EXPECT_FALSE(split_host_port(text).has_value()) << text;
  }
}

TEST(HostPort, IsJoinedSoThatItSplitsAgain) {
  EXPECT_EQ(join_host_port("host", 1), "host:1");
  EXPECT_EQ(join_host_port("::1", 1), "[::1]:1");
  EXPECT_EQ(join_host_port("", 1), ":1");
  const auto split = split_host_port(join_host_port("2001:db8::1", 99));
  ASSERT_TRUE(split.has_value());
  EXPECT_EQ(split->host, "2001:db8::1");
}

TEST(LocalAddresses, AreNotLoopbackAndEachIsThereOnce) {
  const auto addresses = local_ip_addresses();
  for (size_t i = 0; i < addresses.size(); ++i) {
    EXPECT_NE(addresses[i], "127.0.0.1");
    EXPECT_NE(addresses[i], "::1");
    for (size_t j = i + 1; j < addresses.size(); ++j) EXPECT_NE(addresses[i], addresses[j]);
  }
}

}  // namespace
}  // namespace antiphon
