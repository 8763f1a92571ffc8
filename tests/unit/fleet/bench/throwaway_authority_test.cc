#include "fleet/bench/throwaway_authority.h"

#include <gtest/gtest.h>

#include "broker/net/tls_context.h"
#include "fleet/bench/scratch_directory.h"

namespace antiphon::fleet::bench {
namespace {

TEST(BenchThrowawayAuthority, MakesFilesThatServersAndClientsCanUse) {
  const ScratchDirectory directory;
  TlsFiles files;
  const absl::Status made = make_throwaway_authority(directory.path(), files);
  ASSERT_TRUE(made.ok()) << made.message();
  TlsSettings server;
  server.ca_file = files.ca;
  server.cert_file = files.server_cert;
  server.key_file = files.server_key;
  server.verify = true;
  EXPECT_TRUE(TlsContext::server(server).ok());
  TlsSettings client;
  client.ca_file = files.ca;
  client.cert_file = files.client_cert;
  client.key_file = files.client_key;
  EXPECT_TRUE(TlsContext::client(client).ok());
}

TEST(BenchThrowawayAuthority, ADirectoryThatCannotBeWrittenIsAnError) {
  TlsFiles files;
  EXPECT_FALSE(make_throwaway_authority("/nonexistent", files).ok());
}

}  // namespace
}  // namespace antiphon::fleet::bench
