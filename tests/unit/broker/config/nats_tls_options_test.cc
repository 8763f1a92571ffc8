// TLS, as the NATS grammar says it.
#include "tests/unit/broker/config/nats_options_scene.h"

namespace antiphon {
namespace {

using namespace std::chrono_literals;

class NatsTlsOptions : public NatsOptionsScene {};

TEST_F(NatsTlsOptions, TlsIsReadWhole) {
  const TlsOptions tls =
      good(
          "tls {\n cert_file: './c'\n key_file: k\n ca_file: /ca\n verify: true\n timeout: 2.5\n"
          " handshake_first: auto\n min_version: '1.3'\n insecure: true\n"
          " cipher_suites: ['TLS_AES_128_GCM_SHA256', 'TLS_RSA_WITH_AES_128_CBC_SHA']\n"
          " allow_insecure_cipher_suites: true\n curve_preferences: [X25519, CurveP256]\n}\n"
          "allow_non_tls: true")
          .tls;
  EXPECT_TRUE(tls.enabled);
  EXPECT_EQ(tls.cert_file, "./c");
  EXPECT_EQ(tls.key_file, "k");
  EXPECT_EQ(tls.ca_file, "/ca");
  EXPECT_TRUE(tls.verify);
  EXPECT_EQ(tls.timeout, 2500ms);
  EXPECT_EQ(tls.handshake_first, (HandshakeFirst{true, 50ms}));
  EXPECT_EQ(tls.min_version, TlsVersion::kTls13);
  EXPECT_EQ(tls.cipher_suites, (Texts{"TLS_AES_128_GCM_SHA256", "TLS_RSA_WITH_AES_128_CBC_SHA"}));
  EXPECT_EQ(tls.curve_preferences, (Texts{"X25519", "CurveP256"}));
  EXPECT_TRUE(tls.allow_insecure_cipher_suites);
  EXPECT_TRUE(tls.allow_non_tls);
}

TEST_F(NatsTlsOptions, PinnedKeysAndMappedCertificates) {
  const std::string hash(64, 'A');
  const TlsOptions tls = good("tls { verify_and_map: true, pinned_certs: [ '" + hash + "' ] }").tls;
  EXPECT_TRUE(tls.verify_and_map);
  EXPECT_TRUE(verifies_clients(tls));
  EXPECT_EQ(tls.pinned_certs, Texts{std::string(64, 'a')});
}

TEST_F(NatsTlsOptions, HandshakeFirstIsABooleanAWordOrADuration) {
  const auto first = [&](const char* value) {
    return good("tls { handshake_first: " + std::string(value) + " }").tls.handshake_first;
  };
  EXPECT_EQ(first("true"), (HandshakeFirst{true, 0s}));
  EXPECT_EQ(first("'On'"), (HandshakeFirst{true, 0s}));
  EXPECT_EQ(first("off"), (HandshakeFirst{false, 0s}));
  EXPECT_EQ(first("'auto_fallback'"), (HandshakeFirst{true, 50ms}));
  EXPECT_EQ(first("'300ms'"), (HandshakeFirst{true, 300ms}));
  EXPECT_EQ(good("tls { first: '1s' }").tls.handshake_first, (HandshakeFirst{true, 1s}));
  EXPECT_EQ(errors_of("tls { immediate: maybe }"),
            Texts{"c:1:18: tls.handshake_first is true, false, \"auto\" or a duration"});
  EXPECT_EQ(errors_of("tls { handshake_first: 3 }"),
            Texts{"c:1:24: tls.handshake_first needs true, false, \"auto\" or a duration, found a "
                  "whole number"});
}

TEST_F(NatsTlsOptions, MistakesInTlsAreAllReported) {
  EXPECT_EQ(
      errors_of("tls {\n min_version: 1.3\n cipher_suites: []\n curve_preferences: [P256]\n"
                " verfy: true\n pinned_certs: ['x']\n}\n"),
      (Texts{"c:2:15: tls.min_version is \"1.2\" or \"1.3\", in quotes",
             "c:3:17: tls.cipher_suites is empty: name one or leave it out",
             "c:4:21: none of tls.curve_preferences is usable", "c:4:22: unknown curve \"P256\"",
             "c:5:2: unknown field \"verfy\"; did you mean \"verify\"?",
             "c:6:17: a pinned certificate is the SHA-256 of its public key: 64 hexadecimal digits"}));
  EXPECT_EQ(errors_of("tls: true"), Texts{"c:1:6: tls needs a block {}, found a boolean"});
  EXPECT_EQ(errors_of("tls { cert_file: '' }"), Texts{"c:1:18: tls.cert_file must not be empty"});
}

TEST_F(NatsTlsOptions, CurvesAndSuitesThatOpensslLacksAreLeftOutWithAWarning) {
  EXPECT_EQ(options_of("tls { curve_preferences: [X25519MLKEM768, X25519] }").tls.curve_preferences,
            Texts{"X25519"});
  EXPECT_EQ(warnings_,
            Texts{"c:1:27: curve \"X25519MLKEM768\" is not provided by OpenSSL 3.0 and is "
                  "left out"});
}

}  // namespace
}  // namespace antiphon
