#include "broker/net/verified_chains.h"

#include <openssl/ssl.h>

#include "tests/unit/broker/net/tls_world.h"

namespace antiphon {
namespace {

constexpr int64_t kNow = 1'800'000'000;
constexpr TrustAnchor kAnchor = 7;

VerifiedChains::Digest digest(unsigned char number) {
  VerifiedChains::Digest made{};
  made[0] = number;
  return made;
}

TEST(VerifiedChainsTest, AChainIsKnownUntilItEnds) {
  VerifiedChains chains;
  EXPECT_FALSE(chains.anchor_of(digest(1), kNow));
  chains.remember(digest(1), kAnchor, kNow, kNow + 10);
  EXPECT_EQ(chains.anchor_of(digest(1), kNow), kAnchor);
  EXPECT_EQ(chains.anchor_of(digest(1), kNow + 10), kAnchor);
  EXPECT_FALSE(chains.anchor_of(digest(2), kNow));
  EXPECT_FALSE(chains.anchor_of(digest(1), kNow + 11));
  EXPECT_EQ(chains.size(), 0u) << "what has ended is forgotten";
}

TEST(VerifiedChainsTest, AClockThatWasSetBackMakesItAskAgain) {
  VerifiedChains chains;
  chains.remember(digest(1), kAnchor, kNow, kNow + 10);
  EXPECT_FALSE(chains.anchor_of(digest(1), kNow - 1));
}

TEST(VerifiedChainsTest, WhatHasEndedAlreadyIsNotKept) {
  VerifiedChains chains;
  chains.remember(digest(1), kAnchor, kNow, kNow - 1);
  chains.remember(digest(2), kAnchor, kNow, 0);
  EXPECT_EQ(chains.size(), 0u);
}

TEST(VerifiedChainsTest, HoldsNoMoreThanItMayAndKeepsWhatIsUsed) {
  constexpr size_t kMost = 8;
  VerifiedChains chains(kMost);
  chains.remember(digest(200), kAnchor, kNow, kNow + 10);
  for (unsigned char i = 0; i < 100; ++i) {
    chains.remember(digest(i), kAnchor, kNow, kNow + 10);
    EXPECT_TRUE(chains.anchor_of(digest(200), kNow)) << int{i};
    EXPECT_LE(chains.size(), kMost);
  }
  EXPECT_FALSE(chains.anchor_of(digest(0), kNow));
  EXPECT_TRUE(chains.anchor_of(digest(99), kNow));
}

// Both ends in one thread; whether both came to an end.
bool handshake(const TlsContext& server, const TlsContext& client) {
  const SocketPair sockets;
  const std::unique_ptr<SSL, decltype(&::SSL_free)> near(
      server.new_connection(sockets.server.get()), &::SSL_free);
  const std::unique_ptr<SSL, decltype(&::SSL_free)> far(client.new_connection(sockets.client.get()),
                                                        &::SSL_free);
  for (int i = 0; i < 10; ++i) {
    const int from_client = ::SSL_do_handshake(far.get());
    const int from_server = ::SSL_do_handshake(near.get());
    if (from_client == 1 && from_server == 1) return true;
    if (from_server < 0 && ::SSL_get_error(near.get(), from_server) == SSL_ERROR_SSL) return false;
  }
  return false;
}

std::shared_ptr<const TlsContext> verifying_server(const Identity& own, const Identity& trusted) {
  TlsSettings settings = own.settings();
  settings.ca_file = trusted.cert_file();
  settings.verify = true;
  return *TlsContext::server(settings);
}

std::shared_ptr<const TlsContext> client_of(const Identity& own) {
  TlsSettings settings = own.settings();
  settings.insecure = true;
  return *TlsContext::client(settings);
}

TEST(VerifiedChainsTest, OfAContextKnowsThoseThatWereGoodAndNoOthers) {
  const Identity server("server");
  const Identity node("node");
  const Identity stranger("stranger");
  const auto context = verifying_server(server, node);
  EXPECT_EQ(context->chains_known(), 0u);
  EXPECT_FALSE(handshake(*context, *client_of(stranger)));
  EXPECT_EQ(context->chains_known(), 0u);
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(handshake(*context, *client_of(node)));
    EXPECT_EQ(context->chains_known(), 1u);
    EXPECT_FALSE(handshake(*context, *client_of(stranger))) << "also beside a known one";
  }
}

}  // namespace
}  // namespace antiphon
