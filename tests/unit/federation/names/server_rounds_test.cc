#include "federation/names/server_rounds.h"

#include <gtest/gtest.h>

namespace antiphon::federation {
namespace {

std::vector<fleet::ServerEndpoint> servers(const std::vector<std::string>& urls) {
  auto resolved = fleet::resolve_servers(urls);
  EXPECT_TRUE(resolved.ok()) << resolved.status();
  return *resolved;
}
std::string url(const fleet::ServerEndpoint* server) {
  return server == nullptr ? "" : server->url;
}

const std::string kOne = "nats://127.0.0.1:1";
const std::string kTwo = "nats://127.0.0.1:2";

TEST(ServerRounds, GivenServersGoRoundForEver) {
  Random random(1);
  ServerRounds rounds(servers({kOne, kTwo}), random);
  const std::string first = url(rounds.next());
  const std::string second = url(rounds.next());
  EXPECT_NE(first, second);
  rounds.connected();
  for (int i = 0; i < 4; ++i) EXPECT_EQ(url(rounds.next()), i % 2 == 0 ? first : second);
}

TEST(ServerRounds, WhatWasFoundIsGoodForOneRound) {
  Random random(1);
  ServerRounds rounds({}, random);
  EXPECT_EQ(rounds.next(), nullptr);
  EXPECT_FALSE(rounds.begin_again());
  EXPECT_TRUE(rounds.begin(servers({kTwo, kOne})));
  EXPECT_EQ(url(rounds.next()), kTwo);
  EXPECT_EQ(url(rounds.next()), kOne);
  EXPECT_EQ(rounds.next(), nullptr);
  EXPECT_TRUE(rounds.begin_again());
  EXPECT_EQ(url(rounds.next()), kTwo);
}

TEST(ServerRounds, AConnectionEndsTheRound) {
  Random random(1);
  ServerRounds rounds({}, random);
  EXPECT_TRUE(rounds.begin(servers({kTwo, kOne})));
  EXPECT_EQ(url(rounds.next()), kTwo);
  rounds.connected();
  EXPECT_EQ(rounds.next(), nullptr);
}

TEST(ServerRounds, SaysWhetherSomethingChanged) {
  Random random(1);
  ServerRounds rounds({}, random);
  EXPECT_TRUE(rounds.begin(servers({kOne, kTwo})));
  EXPECT_FALSE(rounds.begin(servers({kTwo, kOne})));
  EXPECT_TRUE(rounds.begin(servers({kTwo})));
}

}  // namespace
}  // namespace antiphon::federation
