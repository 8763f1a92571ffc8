#include "fleet/client/federation_error.h"

#include <gtest/gtest.h>

#include "federation/envelope/error_reply.h"
#include "protocol/choria/reply.h"
#include "protocol/choria/secure.h"

namespace antiphon::fleet {
namespace {

using choria::TransportVersion;

choria::Transport read(std::string_view text, TransportVersion version) {
  choria::Transport transport;
  EXPECT_FALSE(choria::parse_transport(text, transport, version));
  return transport;
}

TEST(FederationError, IsWhatAFederationBrokerWritesInEitherVersion) {
  for (const TransportVersion version : {TransportVersion::kV1, TransportVersion::kV2}) {
    const std::string text = federation::error_reply(version, "8b2c6d6e9a9a4a0b8a77d1f0c36d7c11", "fed1",
                                                     "not passed on: rate_limited", 1'750'000'000'000'000'000);
    EXPECT_EQ(federation_error(read(text, version)), "not passed on: rate_limited");
  }
}

choria::Transport reply(std::string body, std::string agent) {
  std::string json;
  choria::append_reply({std::move(body), "8b2c6d6e9a9a4a0b8a77d1f0c36d7c11", "n1", std::move(agent), 1'750'000'000},
                       json);
  choria::Transport transport;
  choria::append_secure_reply(choria::seal_reply(std::move(json)), transport.data);
  return transport;
}

TEST(FederationError, NodesAnswersAreNone) {
  EXPECT_EQ(federation_error(reply("pong", "discovery")), std::nullopt);
  EXPECT_EQ(federation_error(reply(R"({"statuscode":5,"statusmsg":"no"})", "rpcutil")), std::nullopt);
  EXPECT_EQ(federation_error(reply(R"({"statuscode":0,"statusmsg":"OK"})", "federation")), std::nullopt);
  EXPECT_EQ(federation_error(reply("pong", "federation")), std::nullopt);
  choria::Transport other;
  other.data = "{}";
  EXPECT_EQ(federation_error(other), std::nullopt);
  other.version = TransportVersion::kV2;
  EXPECT_EQ(federation_error(other), std::nullopt);
}

}  // namespace
}  // namespace antiphon::fleet
