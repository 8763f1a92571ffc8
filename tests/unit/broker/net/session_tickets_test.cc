#include "broker/net/session_tickets.h"

#include "tests/unit/broker/net/tls_world.h"

namespace antiphon {
namespace {

struct FreeContext {
  void operator()(SSL_CTX* context) const { ::SSL_CTX_free(context); }
};
struct FreeSession {
  void operator()(SSL_SESSION* session) const { ::SSL_SESSION_free(session); }
};
using SessionPtr = std::unique_ptr<SSL_SESSION, FreeSession>;

int64_t hours_passed = 0;
int64_t later() {
  return static_cast<int64_t>(::time(nullptr)) + hours_passed * TicketKeys::kPeriodSeconds;
}

class SessionTicketsTest : public testing::TestWithParam<int> {
 protected:
  void SetUp() override { hours_passed = 0; }

  static std::shared_ptr<const TicketKeys> keys(char secret = 'k') {
    return std::make_shared<const TicketKeys>(std::string(TicketKeys::kSecretBytesMin, secret),
                                              &later);
  }
  std::shared_ptr<const TlsContext> server(const Identity& identity,
                                           std::shared_ptr<const TicketKeys> ticket_keys) {
    TlsSettings settings = identity.settings();
    settings.verify = true;
    settings.ticket_keys = std::move(ticket_keys);
    return *TlsContext::server(settings);
  }
  // A client that resumes, as a browser would.
  std::unique_ptr<SSL_CTX, FreeContext> client(const Identity& identity) {
    std::unique_ptr<SSL_CTX, FreeContext> context(::SSL_CTX_new(::TLS_client_method()));
    ::SSL_CTX_set_max_proto_version(context.get(), GetParam());
    ::SSL_CTX_use_certificate_file(context.get(), identity.cert_file().c_str(), SSL_FILETYPE_PEM);
    ::SSL_CTX_use_PrivateKey_file(context.get(), identity.key_file().c_str(), SSL_FILETYPE_PEM);
    return context;
  }
  // Connects with `session` if given. Returns the one to come back with.
  SessionPtr connect(const TlsContext& server, SSL_CTX* client, SSL_SESSION* session) {
    const SocketPair pair;
    const SslPtr near(server.new_connection(pair.server.get()));
    const SslPtr far(::SSL_new(client));
    ::SSL_set_fd(far.get(), pair.client.get());
    ::SSL_set_connect_state(far.get());
    if (session != nullptr) ::SSL_set_session(far.get(), session);
    EXPECT_TRUE(shake_hands(near.get(), far.get()));
    EXPECT_EQ(::SSL_write(near.get(), "x", 1), 1);
    char byte;
    EXPECT_EQ(::SSL_read(far.get(), &byte, 1), 1);  // takes the ticket, too
    resumed_ = ::SSL_session_reused(near.get()) == 1;
    EXPECT_EQ(::SSL_session_reused(far.get()) == 1, resumed_);
    EXPECT_EQ(::SSL_get_verify_result(near.get()), X509_V_OK);
    EXPECT_NE(::SSL_get0_peer_certificate(near.get()), nullptr) << "known also when resumed";
    SessionPtr made(::SSL_get1_session(far.get()));
    EXPECT_EQ(::SSL_shutdown(far.get()), 0);  // else OpenSSL does not resume it
    return made;
  }

  Identity identity_{"tickets"};
  bool resumed_ = false;
};

TEST_P(SessionTicketsTest, AClientResumesAtAnotherServerWithTheSameSecret) {
  const auto context = client(identity_);
  const SessionPtr first = connect(*server(identity_, keys()), context.get(), nullptr);
  EXPECT_FALSE(resumed_);
  EXPECT_EQ(::SSL_SESSION_has_ticket(first.get()), 1);
  connect(*server(identity_, keys()), context.get(), first.get());
  EXPECT_TRUE(resumed_);
}

TEST_P(SessionTicketsTest, ATicketUnderAnotherSecretIsAFullHandshake) {
  const auto context = client(identity_);
  const SessionPtr first = connect(*server(identity_, keys()), context.get(), nullptr);
  connect(*server(identity_, keys('o')), context.get(), first.get());
  EXPECT_FALSE(resumed_);
}

TEST_P(SessionTicketsTest, OldTicketsAreNotTaken) {
  const auto context = client(identity_);
  const auto context_of_server = server(identity_, keys());
  const SessionPtr first = connect(*context_of_server, context.get(), nullptr);
  hours_passed = 1;
  connect(*context_of_server, context.get(), first.get());
  EXPECT_TRUE(resumed_);
  hours_passed = 2;
  connect(*context_of_server, context.get(), first.get());
  EXPECT_FALSE(resumed_);
}

TEST_P(SessionTicketsTest, OtherAuthoritiesMakeOtherTickets) {
  const auto context = client(identity_);
  const SessionPtr first = connect(*server(identity_, keys()), context.get(), nullptr);
  // A reload added an authority.
  const Identity more("tickets-more");
  TlsSettings settings = identity_.settings();
  settings.verify = true;
  settings.ticket_keys = keys();
  settings.ca_file = testing::TempDir() + "antiphon-both-" + std::to_string(::getpid()) + ".pem";
  const std::string command =
      "cat " + identity_.cert_file() + " " + more.cert_file() + " > " + settings.ca_file;
  ASSERT_EQ(std::system(command.c_str()), 0);
  connect(**TlsContext::server(settings), context.get(), first.get());
  EXPECT_FALSE(resumed_);
  ::unlink(settings.ca_file.c_str());
}

TEST_P(SessionTicketsTest, WithoutKeysNobodyResumes) {
  const auto context = client(identity_);
  const auto context_of_server = server(identity_, nullptr);
  const SessionPtr first = connect(*context_of_server, context.get(), nullptr);
  connect(*context_of_server, context.get(), first.get());
  EXPECT_FALSE(resumed_);
}

INSTANTIATE_TEST_SUITE_P(Versions, SessionTicketsTest, testing::Values(TLS1_2_VERSION, TLS1_3_VERSION),
                         [](const auto& version) {
                           return version.param == TLS1_2_VERSION ? "Tls12" : "Tls13";
                         });

}  // namespace
}  // namespace antiphon
