#include "broker/config/option_checks.h"

#include <gtest/gtest.h>

#include "broker/config/option_table.h"
#include "broker/config/option_texts.h"
#include "tests/unit/made_jwt.h"

namespace antiphon {
namespace {

using namespace std::chrono_literals;
using Texts = std::vector<std::string>;

Texts texts_of(const std::vector<OptionProblem>& problems) {
  Texts texts;
  for (const OptionProblem& problem : problems) {
    EXPECT_NE(find_option(problem.option), nullptr) << problem.option;
    texts.push_back(std::string(problem.option) + ": " + problem.message);
  }
  return texts;
}

TEST(OptionChecks, TheDefaultsAreFine) {
  EXPECT_EQ(texts_of(option_errors({})), Texts{});
  EXPECT_EQ(texts_of(option_warnings({})), Texts{});
}

TEST(OptionChecks, OneWayToAuthenticateExcludesTheOthers) {
  BrokerOptions options;
  options.authorization.user = "a";
  options.authorization.token = "t";
  EXPECT_EQ(texts_of(option_errors(options)),
            Texts{"authorization.token: a user and a token exclude each other: remove one"});
  options.authorization.token = "";
  options.authorization.users = {{"b", ""}};
  EXPECT_EQ(texts_of(option_errors(options)),
            Texts{"authorization.users: a list of users and a single user exclude each other: "
                  "remove one"});
  options.authorization.user = "";
  options.authorization.token = "t";
  EXPECT_EQ(texts_of(option_errors(options)),
            Texts{"authorization.users: a list of users and a single token exclude each other: "
                  "remove one"});
}

TEST(OptionChecks, TheSentinelIsTheJwtOfABearer) {
  const TestKey account{NkeyPrefix::kAccount};
  const TestKey user{NkeyPrefix::kUser};
  const TestKey authority{NkeyPrefix::kOperator};
  BrokerOptions options;
  OperatorOptions& mode = options.authorization.operator_mode;
  mode.default_sentinel = made_jwt("user", user, account, R"(,"bearer_token":true)");
  EXPECT_EQ(texts_of(option_errors(options)),
            Texts{"default_sentinel: default_sentinel needs an operator: set operator"});
  mode.trusted_keys = {authority.nkey()};
  mode.resolver.kind = ResolverKind::kMemory;
  EXPECT_EQ(texts_of(option_errors(options)), Texts{});
  mode.default_sentinel = made_jwt("user", user, account);
  EXPECT_EQ(texts_of(option_errors(options)),
            Texts{"default_sentinel: default_sentinel is not the JWT of a bearer: make one that needs "
                  "no signature"});
  // Its scope may say that it is one.
  const std::string scoped = R"(,"issuer_account":")" + account.nkey() + "\"";
  mode.default_sentinel = made_jwt("user", user, account, scoped);
  EXPECT_EQ(texts_of(option_errors(options)), Texts{});
  mode.default_sentinel = "x";
  EXPECT_EQ(texts_of(option_errors(options)),
            Texts{"default_sentinel: default_sentinel is no JWT of a user: the JWT has not three parts"});
}

TEST(OptionChecks, PinnedAccountsAreKeysOfAccounts) {
  const TestKey account{NkeyPrefix::kAccount};
  const TestKey user{NkeyPrefix::kUser};
  BrokerOptions options;
  OperatorOptions& mode = options.authorization.operator_mode;
  mode.trusted_keys = {TestKey{NkeyPrefix::kOperator}.nkey()};
  mode.resolver.kind = ResolverKind::kMemory;
  mode.pinned_accounts = {account.nkey()};
  EXPECT_EQ(texts_of(option_errors(options)), Texts{});
  mode.pinned_accounts = {account.nkey(), user.nkey()};
  EXPECT_EQ(texts_of(option_errors(options)),
            Texts{"resolver_pinned_accounts: \"" + user.nkey() +
                  "\" is no public nkey of an account (A...)"});
}

TEST(OptionChecks, APasswordNeedsAUserUnlessThereIsAList) {
  BrokerOptions options;
  options.authorization.password = "p";
  EXPECT_EQ(texts_of(option_errors(options)),
            Texts{"authorization.password: a password without a user: set user too"});
  options.authorization.users = {{"b", "p"}};
  EXPECT_EQ(texts_of(option_errors(options)), Texts{});
}

TEST(OptionChecks, UsersAreUniqueAndNoAuthUserIsOneOfThem) {
  BrokerOptions options;
  options.authorization.users = {{"a", "1"}, {"b", "2"}, {"a", "3"}};
  options.authorization.no_auth_user = "c";
  EXPECT_EQ(texts_of(option_errors(options)),
            (Texts{"authorization.users: user \"a\" is listed twice",
                   "no_auth_user: no_auth_user \"c\" is not in the list authorization.users"}));
  options.authorization.users.pop_back();
  options.authorization.no_auth_user = "b";
  EXPECT_EQ(texts_of(option_errors(options)), Texts{});
}

TEST(OptionChecks, TlsNeedsACertificateWithItsKeyAndAnAuthorityToVerify) {
  BrokerOptions options;
  options.tls.verify = true;  // without effect while TLS is off
  EXPECT_EQ(texts_of(option_errors(options)), Texts{});
  options.tls.enabled = true;
  EXPECT_EQ(texts_of(option_errors(options)),
            (Texts{"tls: TLS needs a certificate: set cert_file and key_file",
                   "tls.verify: clients' certificates cannot be verified: set ca_file"}));
  options.tls.verify = false;
  options.tls.cert_file = "c";
  EXPECT_EQ(texts_of(option_errors(options)),
            Texts{"tls.cert_file: a certificate without its key: set key_file"});
  options.tls.cert_file = "";
  options.tls.key_file = "k";
  EXPECT_EQ(texts_of(option_errors(options)),
            Texts{"tls.key_file: a key without its certificate: set cert_file"});
}

TEST(OptionChecks, WeakCipherSuitesNeedLeave) {
  BrokerOptions options;
  options.tls.enabled = true;
  options.tls.cert_file = options.tls.key_file = "x";
  options.tls.cipher_suites = {"TLS_AES_128_GCM_SHA256", "TLS_RSA_WITH_AES_128_CBC_SHA"};
  EXPECT_EQ(texts_of(option_errors(options)),
            Texts{"tls.cipher_suites: cipher suite \"TLS_RSA_WITH_AES_128_CBC_SHA\" is held to be "
                  "weak: remove it or set allow_insecure_cipher_suites"});
  options.tls.allow_insecure_cipher_suites = true;
  EXPECT_EQ(texts_of(option_errors(options)), Texts{});
}

TEST(OptionChecks, MonitoringIsEitherPlainOrTls) {
  BrokerOptions options;
  options.monitoring.http_port = 1;
  options.monitoring.https_port = 2;
  EXPECT_EQ(texts_of(option_errors(options)),
            (Texts{"https_port: http_port and https_port exclude each other: remove one",
                   "https_port: monitoring over TLS needs a tls block with a certificate"}));
}

TEST(OptionChecks, LimitsFitEachOther) {
  BrokerOptions options;
  options.limits.payload_bytes_max = 100;
  options.limits.pending_bytes_max = 99;
  options.lame_duck.duration = 30s;
  options.lame_duck.grace_period = 30s;
  EXPECT_EQ(texts_of(option_errors(options)),
            (Texts{"max_payload: max_payload (100) must not be above max_pending (99)",
                   "lame_duck_grace_period: lame_duck_grace_period (30s) must be below "
                   "lame_duck_duration (30s)"}));
  options.limits.pending_bytes_max = 100;
  options.lame_duck.grace_period = 29s;
  EXPECT_EQ(texts_of(option_errors(options)), Texts{});
}

TEST(OptionChecks, NamesAreUsable) {
  BrokerOptions options;
  options.identity.server_name = "a b";
  options.listen.client_advertise = "::bad";
  EXPECT_EQ(texts_of(option_errors(options)),
            (Texts{"server_name: the server's name must not have spaces",
                   "client_advertise: \"::bad\" is no host or host:port"}));
}

TEST(OptionChecks, WarnsOfWhatIsSeldomMeant) {
  BrokerOptions options;
  options.limits.payload_bytes_max = 9 << 20;
  options.limits.connections_max = -1;
  options.authorization.timeout = 61s;
  EXPECT_EQ(texts_of(option_warnings(options)),
            (Texts{"max_payload: payloads above 8MB are discouraged: they delay all others",
                   "max_connections: with 0 or less no client is let in",
                   "authorization.timeout: a timeout above 60s keeps idle strangers for long"}));
}

TEST(OptionChecks, AnAuditThatTheLogDoesNotTakeIsAWarning) {
  const auto warnings = [](LogLevel level, LogTarget target, const char* file) {
    BrokerOptions options;
    options.choria.enabled = true;
    options.choria.audit_file = file;
    options.logging.level = level;
    options.logging.destination.target = target;
    return option_warnings(options).size();
  };
  EXPECT_EQ(warnings(LogLevel::kInfo, LogTarget::kStdout, ""), 0u);
  EXPECT_EQ(warnings(LogLevel::kWarn, LogTarget::kStdout, ""), 1u);
  EXPECT_EQ(warnings(LogLevel::kInfo, LogTarget::kDiscard, ""), 1u);
  EXPECT_EQ(warnings(LogLevel::kFatal, LogTarget::kDiscard, "/audit"), 0u);
  BrokerOptions nats;
  nats.logging.level = LogLevel::kError;
  EXPECT_TRUE(option_warnings(nats).empty()) << "there is an audit in Choria's dialect only";
}

TEST(OptionTexts, AdvertisedAddressesAreAHostWithOrWithoutPort) {
  for (std::string_view text : {"host", "host:4222", "10.0.0.1", "[::1]:4222", "h.example:-1"}) {
    EXPECT_TRUE(is_advertisable(text)) << text;
  }
  for (std::string_view text :
       {"", ":4222", "host:", "host:x", "host:70000", "::1", "a b", "[::1]"}) {
    EXPECT_FALSE(is_advertisable(text)) << text;
  }
}

TEST(OptionTexts, BasePathsAreCleanAndBeginWithOneSlash) {
  EXPECT_EQ(normalized_base_path(""), "/");
  EXPECT_EQ(normalized_base_path("/"), "/");
  EXPECT_EQ(normalized_base_path("a/b/"), "/a/b");
  EXPECT_EQ(normalized_base_path("//a/./b/../c"), "/a/c");
  EXPECT_EQ(normalized_base_path("/../.."), "/");
}

}  // namespace
}  // namespace antiphon
