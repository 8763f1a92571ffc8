#include "federation/names/find_servers.h"

#include <absl/strings/str_cat.h>
#include <arpa/inet.h>
#include <gtest/gtest.h>

#include <cstring>
#include <map>

namespace antiphon::federation {
namespace {

using Texts = std::vector<std::string>;

// What the test says is all there is.
class PlayedNames final : public NameSource {
 public:
  absl::StatusOr<std::vector<SrvRecord>> find_services(const std::string& name) override {
    asked.push_back("SRV " + name);
    const auto found = services.find(name);
    if (found == services.end()) return absl::NotFoundError("no such record");
    return found->second;
  }
  absl::StatusOr<std::vector<Address>> find_addresses(const std::string& host, uint16_t port) override {
    asked.push_back("A " + host);
    const auto found = hosts.find(host);
    if (found == hosts.end()) return absl::NotFoundError("no such host");
    std::vector<Address> all;
    for (const std::string& text : found->second) {
      sockaddr_in address{};
      address.sin_family = AF_INET;
      address.sin_port = htons(port);
      EXPECT_EQ(::inet_pton(AF_INET, text.c_str(), &address.sin_addr), 1);
      std::memcpy(&all.emplace_back().address, &address, sizeof address);
      all.back().bytes = sizeof address;
    }
    return all;
  }

  std::map<std::string, std::vector<SrvRecord>> services;
  std::map<std::string, Texts> hosts;
  Texts asked;
};

// "url@address"
Texts shown(const absl::StatusOr<FoundServers>& found) {
  EXPECT_TRUE(found.ok()) << found.status();
  Texts texts;
  if (!found.ok()) return texts;
  for (const fleet::ServerEndpoint& server : found->servers) {
    char text[INET_ADDRSTRLEN];
    const auto& address = reinterpret_cast<const sockaddr_in&>(server.address);
    EXPECT_EQ(ntohs(address.sin_port), server.port);
    EXPECT_EQ(server.address_bytes, sizeof(sockaddr_in));
    ::inet_ntop(AF_INET, &address.sin_addr, text, sizeof text);
    texts.push_back(server.url + "@" + text);
  }
  return texts;
}

struct Names : testing::Test {
  Names() {
    source.hosts = {{"a", {"192.0.2.1"}}, {"b", {"192.0.2.2", "192.0.2.3"}}, {"puppet", {"192.0.2.9"}}};
  }
  absl::StatusOr<FoundServers> find(const ServerNames& names) {
    return find_servers(names, source, random);
  }
  PlayedNames source;
  Random random{1};
};

TEST_F(Names, GivenOnesStandForAllTheirAddressesAndNothingElseIsAsked) {
  const Texts found = shown(find({{"b:4223"}, {"_x._tcp.test"}, {"puppet"}}));
  EXPECT_EQ(found, (Texts{"nats://b:4223@192.0.2.2", "nats://b:4223@192.0.2.3"}));
  EXPECT_EQ(source.asked, Texts{"A b"});
}

TEST_F(Names, GivenOnesKeepTheirOrderButBeginAnywhere) {
  source.hosts["c"] = {"192.0.2.4"};
  std::map<std::string, int> first;
  for (int i = 0; i < 60; ++i) {
    const Texts found = shown(find({{"a", "tls://c:1"}, {}, {}}));
    ASSERT_EQ(found.size(), 2u);
    ++first[found[0]];
  }
  EXPECT_EQ(first.size(), 2u);
  EXPECT_TRUE(first.contains("tls://c:1@192.0.2.4"));
}

TEST_F(Names, RecordsGoByTheirPriorityAndTheFirstServiceThatHasAnyCounts) {
  source.services = {{"_second._tcp.test", {{"b", 4300, 20, 0}, {"a", 4200, 10, 0}}},
                     {"_third._tcp.test", {{"puppet", 1, 0, 0}}}};
  const auto found = find({{}, {"_first._tcp.test", "_second._tcp.test", "_third._tcp.test"}, {"puppet"}});
  EXPECT_EQ(shown(found), (Texts{"nats://a:4200@192.0.2.1", "nats://b:4300@192.0.2.2",
                                 "nats://b:4300@192.0.2.3"}));
  EXPECT_EQ(found->source, "SRV record _second._tcp.test");
  EXPECT_EQ(source.asked,
            (Texts{"SRV _first._tcp.test", "SRV _second._tcp.test", "A a", "A b"}));
}

TEST_F(Names, WithoutRecordsTheOtherNamesCount) {
  const auto found = find({{}, {"_first._tcp.test"}, {"puppet:4222"}});
  EXPECT_EQ(shown(found), Texts{"nats://puppet:4222@192.0.2.9"});
  EXPECT_EQ(found->source, "");
}

TEST_F(Names, OneThatIsNotFoundIsLeftOutAsLongAsThereIsAnother) {
  EXPECT_EQ(shown(find({{"gone", "a"}, {}, {}})), Texts{"nats://a:4222@192.0.2.1"});
  source.services = {{"_s._tcp.test", {{"gone", 1, 1, 0}}}};
  EXPECT_EQ(shown(find({{}, {"_s._tcp.test"}, {"a"}})), Texts{"nats://a:4222@192.0.2.1"});
}

TEST_F(Names, TheErrorSaysWhyOfEach) {
  EXPECT_EQ(find({{}, {"_s._tcp.test"}, {"gone"}}).status().message(),
            "no broker is found: _s._tcp.test: no such record; gone: no such host");
}

TEST_F(Names, NoMoreAddressesThanMayBe) {
  source.hosts["many"] = Texts(fleet::kServersMax + 5, "192.0.2.1");
  EXPECT_EQ(find({{"many"}, {}, {}})->servers.size(), fleet::kServersMax);
}

TEST(ServersWithoutNames, AreThoseThatAreAddresses) {
  EXPECT_EQ(servers_without_names({"127.0.0.1:1", "tls://[::1]:2"})->size(), 2u);
  EXPECT_TRUE(servers_without_names({"127.0.0.1:1", "localhost:2"})->empty());
  EXPECT_FALSE(servers_without_names({"http://x"}).ok());
}

}  // namespace
}  // namespace antiphon::federation
