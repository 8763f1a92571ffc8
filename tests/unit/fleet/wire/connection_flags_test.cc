#include "fleet/wire/connection_flags.h"

#include <gtest/gtest.h>

#include <CLI/CLI.hpp>
#include <string>

#include "tests/unit/throwaway_identity.h"

namespace antiphon::fleet {
namespace {

ConnectionFlags parsed(std::vector<std::string> arguments) {
  CLI::App command;
  ConnectionFlags flags;
  add_connection_flags(command, flags, "--timeout");
  std::reverse(arguments.begin(), arguments.end());  // as CLI11 wants them
  command.parse(arguments);
  return flags;
}

TEST(ConnectionFlags, StandForALocalBrokerByDefault) {
  const auto settings = client_settings(parsed({}));
  ASSERT_TRUE(settings.ok()) << settings.status();
  EXPECT_EQ(settings->servers[0].port, 4222);
  EXPECT_FALSE(settings->tls_wanted || settings->handshake_first);
  EXPECT_TRUE(settings->check_host_name);
  EXPECT_EQ(settings->timeout_ms, 2000);
}

TEST(ConnectionFlags, TakeSeveralServers) {
  const auto settings = client_settings(parsed(
      {"--server", "127.0.0.1:1", "--server", "127.0.0.1:2,127.0.0.1:3", "--timeout", "0.5"}));
  ASSERT_TRUE(settings.ok()) << settings.status();
  ASSERT_EQ(settings->servers.size(), 3u);
  EXPECT_EQ(settings->servers[2].port, 3);
  EXPECT_EQ(settings->timeout_ms, 500);
}

TEST(ConnectionFlags, WantTlsWhereCertificatesAreGiven) {
  const ThrowawayIdentity identity("node", "DNS:node");
  const auto settings = client_settings(
      parsed({"--tls-cert", identity.cert_file, "--tls-key", identity.key_file, "--insecure"}));
  ASSERT_TRUE(settings.ok()) << settings.status();
  EXPECT_TRUE(settings->tls_wanted);
  EXPECT_FALSE(settings->check_host_name);
}

TEST(ConnectionFlags, NameTheFileThatCannotBeUsed) {
  const ThrowawayIdentity identity("node", "DNS:node");
  const ThrowawayIdentity other("other", "DNS:other");
  EXPECT_FALSE(client_settings(parsed({"--tls-cert", identity.cert_file})).ok());
  const auto settings =
      client_settings(parsed({"--tls-cert", identity.cert_file, "--tls-key", other.key_file}));
  ASSERT_FALSE(settings.ok());
  EXPECT_NE(std::string(settings.status().message()).find(other.key_file), std::string::npos);
  EXPECT_THROW(parsed({"--tls-ca", "/does/not/exist"}), CLI::ValidationError);
}

}  // namespace
}  // namespace antiphon::fleet
