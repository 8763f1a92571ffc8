#include "fleet/wire/connect_line.h"

#include <gtest/gtest.h>

#include <string>

#include "protocol/nats/connect_options.h"

namespace antiphon::fleet {
namespace {

ConnectOptions sent_options(std::string_view name, const Credentials& credentials, bool over_tls) {
  std::string line;
  append_connect_line(name, credentials, over_tls, line);
  EXPECT_EQ(line.substr(0, 8), "CONNECT ");
  EXPECT_EQ(line.substr(line.size() - 2), "\r\n");
  EXPECT_EQ(line.find('\n'), line.size() - 1);
  ConnectOptions options;
  EXPECT_TRUE(parse_connect_options(line.substr(8), options)) << line;
  return options;
}

TEST(ConnectLine, SaysWhatChoriasClientsSay) {
  const ConnectOptions options = sent_options("node1.example.net", {}, false);
  EXPECT_EQ(options.name, "node1.example.net");
  EXPECT_FALSE(options.verbose || options.pedantic || options.tls_required);
  EXPECT_TRUE(options.echo && options.headers && options.no_responders);
  EXPECT_EQ(options.protocol, kClientProtocolInfo);
  EXPECT_TRUE(options.user.empty() && options.pass.empty());
}

TEST(ConnectLine, MayAskNotToHearItself) {
  std::string line;
  append_connect_line("n", {}, false, line, Echo::kOff);
  ConnectOptions options;
  ASSERT_TRUE(parse_connect_options(line.substr(8), options)) << line;
  EXPECT_FALSE(options.echo);
  EXPECT_TRUE(options.headers && options.no_responders);
}

TEST(ConnectLine, CarriesCredentialsOfAnyLetters) {
  const ConnectOptions options = sent_options("n", {"al\"ice", "p\\w\r\n\"}", {}, {}}, true);
  EXPECT_EQ(options.user, "al\"ice");
  EXPECT_EQ(options.pass, "p\\w\r\n\"}");
  EXPECT_TRUE(options.tls_required);
}

TEST(ConnectLine, CarriesATokenAsChoriasClientsDo) {
  Credentials credentials;
  credentials.token = "head.body.signature";
  credentials.signature = "c2ln";
  std::string line;
  append_connect_line("n", credentials, true, line);
  EXPECT_NE(line.find(R"("auth_token":"head.body.signature","jwt":"head.body.signature","sig":"c2ln",)"),
            std::string::npos);
  const ConnectOptions options = sent_options("n", credentials, true);
  EXPECT_EQ(options.auth_token, "head.body.signature");
  EXPECT_EQ(options.sig, "c2ln");
}

TEST(ConnectLine, CarriesWhatServersOfNatsAskFor) {
  Credentials credentials;
  credentials.auth_token = "word";
  EXPECT_EQ(sent_options("n", credentials, false).auth_token, "word");
  EXPECT_TRUE(sent_options("n", credentials, false).jwt.empty());
  credentials = {};
  credentials.jwt = "a.b.c";
  credentials.nkey = "UABC";
  credentials.seed = std::make_shared<const Ed25519Seed>(Ed25519Seed::random());
  const ConnectOptions options = sent_options("n", sign_nonce(credentials, "nonce"), false);
  EXPECT_EQ(options.jwt, "a.b.c");
  EXPECT_EQ(options.nkey, "UABC");
  EXPECT_TRUE(ed25519_verify_text(credentials.seed->public_key(), "nonce", options.sig));
  EXPECT_TRUE(options.auth_token.empty());
}

}  // namespace
}  // namespace antiphon::fleet
