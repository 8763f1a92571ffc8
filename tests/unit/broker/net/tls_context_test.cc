#include "broker/net/tls_context.h"

#include <fstream>

#include "protocol/bytes/text.h"
#include "tests/unit/broker/net/tls_world.h"

namespace antiphon {
namespace {

class TlsContextTest : public testing::Test {
 protected:
  static std::string error_of(const absl::StatusOr<std::shared_ptr<const TlsContext>>& context) {
    EXPECT_FALSE(context.ok());
    return context.ok() ? "" : std::string(to_std(context.status().message()));
  }
  // Whether a server and a client with these settings come together.
  static bool agree(const TlsSettings& server_settings, const TlsSettings& client_settings) {
    const auto server = TlsContext::server(server_settings);
    const auto client = TlsContext::client(client_settings);
    EXPECT_TRUE(server.ok()) << server.status();
    EXPECT_TRUE(client.ok()) << client.status();
    const SocketPair pair;
    const SslPtr near((*server)->new_connection(pair.server.get()));
    const SslPtr far((*client)->new_connection(pair.client.get()));
    return shake_hands(near.get(), far.get());
  }

  Identity identity_{"here"};
  Identity stranger_{"stranger"};
};

TEST_F(TlsContextTest, ServerAndClientComeTogether) {
  TlsSettings client;
  client.ca_file = identity_.cert_file();
  EXPECT_TRUE(agree(identity_.settings(), client));
}

TEST_F(TlsContextTest, AClientRefusesAServerItsAuthoritiesDoNotKnow) {
  TlsSettings client;
  client.ca_file = stranger_.cert_file();
  EXPECT_FALSE(agree(identity_.settings(), client));
  client.insecure = true;
  EXPECT_TRUE(agree(identity_.settings(), client));
}

TEST_F(TlsContextTest, AServerThatVerifiesWantsAKnownCertificate) {
  TlsSettings server = identity_.settings();
  server.verify = true;
  TlsSettings without;
  without.ca_file = identity_.cert_file();
  TlsSettings wrong = stranger_.settings();
  wrong.ca_file = identity_.cert_file();
  EXPECT_TRUE(agree(server, identity_.settings()));
  EXPECT_FALSE(agree(server, wrong));
  const auto context = TlsContext::server(server);
  ASSERT_TRUE(context.ok());
  EXPECT_TRUE((*context)->verifies_clients());
}

TEST_F(TlsContextTest, ACertificateThatMayBeShownMustBeKnownIfItIs) {
  TlsSettings server = identity_.settings();
  server.verify_if_given = true;
  TlsSettings without;
  without.ca_file = identity_.cert_file();
  TlsSettings wrong = stranger_.settings();
  wrong.ca_file = identity_.cert_file();
  EXPECT_TRUE(agree(server, identity_.settings()));
  EXPECT_TRUE(agree(server, without));
  EXPECT_FALSE(agree(server, wrong));
  const auto context = TlsContext::server(server);
  ASSERT_TRUE(context.ok());
  EXPECT_TRUE((*context)->verifies_clients());
}

TEST_F(TlsContextTest, VersionsCanBeHeldToTheNewest) {
  TlsSettings server = identity_.settings();
  server.tls13_only = true;
  const auto context = TlsContext::server(server);
  ASSERT_TRUE(context.ok());
  const SocketPair pair;
  const SslPtr connection((*context)->new_connection(pair.server.get()));
  EXPECT_EQ(::SSL_get_min_proto_version(connection.get()), TLS1_3_VERSION);
  EXPECT_TRUE(agree(server, identity_.settings()));
}

TEST_F(TlsContextTest, NamesTheFileItCannotUse) {
  TlsSettings settings = identity_.settings();
  settings.cert_file = "/nowhere/cert.pem";
  EXPECT_NE(error_of(TlsContext::server(settings)).find("/nowhere/cert.pem"), std::string::npos);
  settings = identity_.settings();
  settings.key_file = "/nowhere/key.pem";
  EXPECT_NE(error_of(TlsContext::server(settings)).find("/nowhere/key.pem"), std::string::npos);
  settings = identity_.settings();
  settings.ca_file = "/nowhere/ca.pem";
  EXPECT_NE(error_of(TlsContext::server(settings)).find("/nowhere/ca.pem"), std::string::npos);
}

TEST_F(TlsContextTest, RefusesAKeyOfAnotherCertificate) {
  TlsSettings settings = identity_.settings();
  settings.key_file = stranger_.key_file();
  EXPECT_NE(error_of(TlsContext::server(settings)).find(stranger_.key_file()), std::string::npos);
}

TEST_F(TlsContextTest, RefusesAFileThatHoldsNoCertificate) {
  const std::string path = identity_.cert_file() + ".text";
  std::ofstream(path) << "this is no certificate\n";
  TlsSettings settings = identity_.settings();
  settings.cert_file = path;
  EXPECT_NE(error_of(TlsContext::server(settings)).find(path), std::string::npos);
}

TEST_F(TlsContextTest, RefusesUnknownCiphersAndCurves) {
  for (std::string TlsSettings::*field :
       {&TlsSettings::ciphers_tls12, &TlsSettings::ciphers_tls13, &TlsSettings::groups}) {
    TlsSettings settings = identity_.settings();
    settings.*field = "NO-SUCH-THING";
    EXPECT_NE(error_of(TlsContext::server(settings)).find("NO-SUCH-THING"), std::string::npos);
  }
  TlsSettings settings = identity_.settings();
  settings.ciphers_tls12 = "ECDHE-ECDSA-AES128-GCM-SHA256";
  settings.ciphers_tls13 = "TLS_AES_128_GCM_SHA256";
  settings.groups = "P-256:X25519";
  EXPECT_TRUE(agree(settings, identity_.settings()));
}

TEST_F(TlsContextTest, OpensslErrorsAreTakenOnce) {
  (void)TlsContext::server([this] {
    TlsSettings settings = identity_.settings();
    settings.cert_file = "/nowhere";
    return settings;
  }());
  EXPECT_EQ(take_openssl_errors(), "no reason given");
}

}  // namespace
}  // namespace antiphon
