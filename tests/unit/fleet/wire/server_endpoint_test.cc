#include "fleet/wire/server_endpoint.h"

#include <gtest/gtest.h>

#include <string>

namespace antiphon::fleet {
namespace {

TEST(ServerEndpoint, ReadsUrls) {
  struct Case {
    const char* url;
    const char* host;
    uint16_t port;
    bool tls;
    const char* canonical;
  };
  for (const Case& one : {
           Case{"nats://broker.example.net:4223", "broker.example.net", 4223, false,
                "nats://broker.example.net:4223"},
           Case{"tls://broker:1", "broker", 1, true, "tls://broker:1"},
           Case{"broker", "broker", 4222, false, "nats://broker:4222"},
           Case{"broker:5", "broker", 5, false, "nats://broker:5"},
           Case{"nats://broker/", "broker", 4222, false, "nats://broker:4222"},
           Case{"nats://[::1]:7", "::1", 7, false, "nats://[::1]:7"},
           Case{"tls://[::1]", "::1", 4222, true, "tls://[::1]:4222"},
           Case{"::1", "::1", 4222, false, "nats://[::1]:4222"},
       }) {
    const auto endpoint = parse_server_url(one.url);
    ASSERT_TRUE(endpoint.ok()) << one.url << ": " << endpoint.status();
    EXPECT_EQ(endpoint->host, one.host) << one.url;
    EXPECT_EQ(endpoint->port, one.port) << one.url;
    EXPECT_EQ(endpoint->tls, one.tls) << one.url;
    EXPECT_EQ(endpoint->url, one.canonical) << one.url;
  }
}

TEST(ServerEndpoint, RefusesWhatIsNoUrl) {
  for (const char* url : {"", "nats://", "ws://broker", "broker:", "broker:0", "broker:65536",
                          "broker:x", "a b", "a b:4222", ":4222", "nats://[::1:4222"}) {
    EXPECT_FALSE(parse_server_url(url).ok()) << url;
  }
}

TEST(ServerEndpoint, RefusesSecretsWithoutRepeatingThem) {
  const auto endpoint = parse_server_url("nats://alice:s3cret@broker:4222");
  ASSERT_FALSE(endpoint.ok());
  const std::string text(endpoint.status().message());
  EXPECT_EQ(text.find("s3cret"), std::string::npos) << text;
  EXPECT_NE(text.find("broker"), std::string::npos) << text;
}

TEST(ServerEndpoint, ResolvesListsInTheirOrder) {
  const auto servers = resolve_servers({"nats://127.0.0.1:1,tls://127.0.0.2:2", "127.0.0.3"});
  ASSERT_TRUE(servers.ok()) << servers.status();
  ASSERT_EQ(servers->size(), 3u);
  EXPECT_EQ((*servers)[0].url, "nats://127.0.0.1:1");
  EXPECT_EQ((*servers)[1].url, "tls://127.0.0.2:2");
  EXPECT_EQ((*servers)[2].url, "nats://127.0.0.3:4222");
  for (const ServerEndpoint& server : *servers) EXPECT_TRUE(server.is_ipv4_loopback());
}

TEST(ServerEndpoint, KnowsWhatIsNotLoopback) {
  const auto servers = resolve_servers({"192.0.2.1", "[::1]"});
  ASSERT_TRUE(servers.ok()) << servers.status();
  for (const ServerEndpoint& server : *servers) EXPECT_FALSE(server.is_ipv4_loopback());
}

TEST(ServerEndpoint, RefusesNoneAndTooMany) {
  EXPECT_FALSE(resolve_servers({}).ok());
  EXPECT_FALSE(resolve_servers({""}).ok());
  EXPECT_TRUE(resolve_servers(std::vector<std::string>(kServersMax, "127.0.0.1")).ok());
  EXPECT_FALSE(resolve_servers(std::vector<std::string>(kServersMax + 1, "127.0.0.1")).ok());
}

}  // namespace
}  // namespace antiphon::fleet
