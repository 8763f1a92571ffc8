#include "broker/net/trust_anchor.h"

#include <fstream>
#include <sstream>
#include <vector>

#include "tests/unit/broker/net/tls_world.h"

namespace antiphon {
namespace {

std::string text_of(const std::string& file) {
  std::ostringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  return text.str();
}

class TrustAnchorTest : public testing::TestWithParam<int> {
 protected:
  ~TrustAnchorTest() override { ::unlink(bundle_.c_str()); }

  TlsSettings trusting(const std::vector<const Identity*>& authorities) {
    std::ofstream bundle(bundle_, std::ios::binary);
    for (const Identity* one : authorities) bundle << text_of(one->cert_file());
    TlsSettings settings = server_.settings();
    settings.ca_file = bundle_;
    settings.verify = true;
    settings.ticket_keys = tickets_;
    return settings;
  }
  std::shared_ptr<const TlsContext> server(const std::vector<const Identity*>& authorities) {
    return *TlsContext::server(trusting(authorities));
  }

  // The server's side; the client shows `own` if given, and comes back with the last session if asked to.
  struct Connection {
    SocketPair sockets;
    SslPtr near;
    SslPtr far;
  };
  std::unique_ptr<Connection> connect(const TlsContext& server, const Identity* own,
                                      SSL_SESSION* session = nullptr) {
    auto made = std::make_unique<Connection>();
    const std::unique_ptr<SSL_CTX, decltype(&::SSL_CTX_free)> client(
        ::SSL_CTX_new(::TLS_client_method()), &::SSL_CTX_free);
    ::SSL_CTX_set_max_proto_version(client.get(), GetParam());
    if (own != nullptr) {
      ::SSL_CTX_use_certificate_file(client.get(), own->cert_file().c_str(), SSL_FILETYPE_PEM);
      ::SSL_CTX_use_PrivateKey_file(client.get(), own->key_file().c_str(), SSL_FILETYPE_PEM);
    }
    made->near.reset(server.new_connection(made->sockets.server.get()));
    made->far.reset(::SSL_new(client.get()));
    ::SSL_set_fd(made->far.get(), made->sockets.client.get());
    ::SSL_set_connect_state(made->far.get());
    if (session != nullptr) ::SSL_set_session(made->far.get(), session);
    EXPECT_TRUE(shake_hands(made->near.get(), made->far.get()));
    char byte;
    EXPECT_EQ(::SSL_write(made->near.get(), "x", 1), 1);
    EXPECT_EQ(::SSL_read(made->far.get(), &byte, 1), 1);  // takes the ticket, too
    return made;
  }

  const Identity server_{"anchor-server"};
  const Identity one_{"anchor-one"};
  const Identity other_{"anchor-other"};
  const std::string bundle_ = testing::TempDir() + "antiphon-anchors-" + std::to_string(::getpid()) + ".pem";
  std::shared_ptr<const TicketKeys> tickets_;
};

TEST_P(TrustAnchorTest, WhoCameByAnAuthorityThatIsGoneIsNotBelievedAndTheOthersAre) {
  const auto both = server({&one_, &other_});
  const auto by_one = connect(*both, &one_);
  const auto by_other = connect(*both, &other_);
  EXPECT_NE(kept_trust_anchor(by_one->near.get()), 0u);
  EXPECT_NE(kept_trust_anchor(by_one->near.get()), kept_trust_anchor(by_other->near.get()));
  for (SSL* connection : {by_one->near.get(), by_other->near.get()}) {
    EXPECT_TRUE(both->still_believes(connection));
    EXPECT_TRUE(server({&other_, &one_})->still_believes(connection));
  }
  const auto rest = server({&other_});
  EXPECT_FALSE(rest->still_believes(by_one->near.get()));
  EXPECT_TRUE(rest->still_believes(by_other->near.get()));
}

TEST_P(TrustAnchorTest, AChainThatWasKnownKeepsItsAuthority) {
  const auto both = server({&one_, &other_});
  const auto first = connect(*both, &one_);
  const auto second = connect(*both, &one_);
  EXPECT_EQ(both->chains_known(), 1u);
  EXPECT_EQ(kept_trust_anchor(second->near.get()), kept_trust_anchor(first->near.get()));
  EXPECT_FALSE(server({&other_})->still_believes(second->near.get()));
}

TEST_P(TrustAnchorTest, ATicketBringsTheAuthorityBack) {
  tickets_ = std::make_shared<const TicketKeys>(std::string(TicketKeys::kSecretBytesMin, 'k'));
  const auto both = server({&one_, &other_});
  auto first = connect(*both, &one_);
  const std::unique_ptr<SSL_SESSION, decltype(&::SSL_SESSION_free)> session(
      ::SSL_get1_session(first->far.get()), &::SSL_SESSION_free);
  EXPECT_EQ(::SSL_shutdown(first->far.get()), 0);  // else OpenSSL does not resume it
  const auto again = connect(*server({&one_, &other_}), &one_, session.get());
  EXPECT_EQ(::SSL_session_reused(again->near.get()), 1);
  EXPECT_EQ(kept_trust_anchor(again->near.get()), kept_trust_anchor(first->near.get()));
  EXPECT_TRUE(both->still_believes(again->near.get()));
  EXPECT_FALSE(server({&other_})->still_believes(again->near.get()));
}

TEST_P(TrustAnchorTest, WhoseAuthorityIsNotKnownIsCheckedAnewAndThenItIs) {
  const auto both = server({&one_, &other_});
  const auto by_one = connect(*both, &one_);
  const TrustAnchor anchor = kept_trust_anchor(by_one->near.get());
  keep_trust_anchor(by_one->near.get(), anchor + 1);
  EXPECT_FALSE(server({&other_})->still_believes(by_one->near.get()));
  EXPECT_TRUE(both->still_believes(by_one->near.get()));
  EXPECT_EQ(kept_trust_anchor(by_one->near.get()), anchor);
}

TEST_P(TrustAnchorTest, WhoShowedNothingIsBelievedAndSoIsEverybodyWhereNobodyIsAsked) {
  TlsSettings if_given = trusting({&one_, &other_});
  if_given.verify = false;
  if_given.verify_if_given = true;
  const auto asking = *TlsContext::server(if_given);
  const auto without = connect(*asking, nullptr);
  const auto by_one = connect(*asking, &one_);
  EXPECT_EQ(kept_trust_anchor(without->near.get()), 0u);
  EXPECT_TRUE(server({&other_})->still_believes(without->near.get()));
  TlsSettings nobody = trusting({&other_});
  nobody.verify = false;
  EXPECT_TRUE((*TlsContext::server(nobody))->still_believes(by_one->near.get()));
  EXPECT_FALSE(server({&other_})->still_believes(by_one->near.get()));
}

INSTANTIATE_TEST_SUITE_P(Versions, TrustAnchorTest, testing::Values(TLS1_2_VERSION, TLS1_3_VERSION),
                         [](const auto& version) {
                           return version.param == TLS1_2_VERSION ? "Tls12" : "Tls13";
                         });

}  // namespace
}  // namespace antiphon
