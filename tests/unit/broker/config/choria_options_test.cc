#include "broker/config/choria_options.h"

#include <gtest/gtest.h>

#include "broker/config/choria_files.h"
#include "broker/config/choria_values.h"
#include "tests/unit/broker/config/config_world.h"

namespace antiphon {
namespace {

using namespace std::chrono_literals;
using Texts = std::vector<std::string>;

constexpr std::string_view kOn = "plugin.choria.broker_network = true\n";

class ChoriaOptionsTest : public testing::Test {
 protected:
  BrokerOptions options_of(const std::string& text) {
    Diagnostics diagnostics;
    const ConfigInputs inputs = world_.inputs();
    const auto settings = read_choria_files("/etc/choria/broker.conf", text, inputs, diagnostics);
    BrokerOptions options;
    OptionWriter writer(options, diagnostics);
    complete_ = apply_choria_settings(settings, {}, inputs, writer);
    errors_ = texts_of(diagnostics.errors());
    warnings_ = texts_of(diagnostics.warnings());
    return options;
  }
  // With the network broker switched on, in the first line.
  BrokerOptions good(const std::string& text) {
    BrokerOptions options = options_of(std::string(kOn) + text);
    EXPECT_EQ(errors_, Texts{}) << text;
    EXPECT_EQ(warnings_, Texts{}) << text;
    return options;
  }
  Texts errors_of(const std::string& text) {
    (void)options_of(std::string(kOn) + text);
    for (std::string& error : errors_) {
      constexpr std::string_view kPath = "/etc/choria/broker.conf:";
      if (error.starts_with(kPath)) error.erase(0, kPath.size());
    }
    return errors_;
  }

  ConfigWorld world_;
  Texts errors_;
  Texts warnings_;
  bool complete_ = true;
};

TEST_F(ChoriaOptionsTest, BeginWithChoriasDefaults) {
  const BrokerOptions options = good("");
  EXPECT_TRUE(complete_);
  EXPECT_TRUE(options.choria.enabled);
  EXPECT_EQ(options.choria.identity, "broker.example.net");
  EXPECT_EQ(options.choria.security_provider, "puppet");
  EXPECT_EQ(options.identity.server_name, "broker.example.net");
  EXPECT_EQ(options.listen.host, "::");
  EXPECT_EQ(options.listen.port, 4222);
  EXPECT_EQ(options.listen.client_advertise, "broker.example.net:4222");
  EXPECT_EQ(options.limits.connections_max, 50000);
  EXPECT_EQ(options.timeouts.write_deadline, 10s);
  EXPECT_EQ(options.monitoring.http_port, 0);
  EXPECT_EQ(options.monitoring.host, "127.0.0.1");
  EXPECT_EQ(options.logging.destination.target, LogTarget::kStdout);
  EXPECT_TRUE(options.tls.enabled);
  EXPECT_TRUE(options.tls.verify);
  EXPECT_FALSE(options.tls.allow_non_tls);
  EXPECT_EQ(options.tls.timeout, 2s);
}

TEST_F(ChoriaOptionsTest, ReadEveryKeyOfTheNetworkBroker) {
  const BrokerOptions options = good(
      "identity = b1.example.net\n"
      "plugin.choria.network.client_port = 5222\n"
      "plugin.choria.network.listen_address = 10.0.0.1\n"
      "plugin.choria.network.public_url = lb.example.net:4333\n"
      "plugin.choria.network.tls_timeout = 10\n"
      "plugin.choria.network.auth_timeout = 1m\n"
      "plugin.choria.network.write_deadline = 1m30s\n"
      "plugin.choria.stats_port = 8222\n"
      "plugin.choria.stats_address = 0.0.0.0\n"
      "plugin.security.cipher_suites = TLS_AES_128_GCM_SHA256 , "
      "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256\n"
      "plugin.security.ecc_curves = CurveP256,X25519\n"
      "loglevel = debug\n"
      "logfile = /var/log/choria.log\n");
  EXPECT_EQ(options.identity.server_name, "b1.example.net");
  EXPECT_EQ(options.listen, (ListenOptions{"10.0.0.1", 5222, "lb.example.net:4333"}));
  EXPECT_EQ(options.tls.timeout, 10s);
  EXPECT_EQ(options.authorization.timeout, 60s);
  EXPECT_EQ(options.timeouts.write_deadline, 90s);
  EXPECT_EQ(options.monitoring.http_port, 8222);
  EXPECT_EQ(options.monitoring.host, "0.0.0.0");
  EXPECT_EQ(options.tls.cipher_suites,
            (Texts{"TLS_AES_128_GCM_SHA256", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"}));
  EXPECT_EQ(options.tls.curve_preferences, (Texts{"CurveP256", "X25519"}));
  EXPECT_TRUE(options.logging.debug);
  EXPECT_EQ(options.logging.destination, (LogDestination{LogTarget::kFile, "/var/log/choria.log"}));
}

TEST_F(ChoriaOptionsTest, LogLevelsAndTargetsAreWords) {
  EXPECT_EQ(good("loglevel = warn").logging.level, LogLevel::kWarn);
  EXPECT_FALSE(good("loglevel = warn").logging.debug);
  EXPECT_EQ(good("logfile = stderr").logging.destination.target, LogTarget::kStderr);
  EXPECT_EQ(good("logfile = Discard").logging.destination.target, LogTarget::kDiscard);
  EXPECT_EQ(good("logfile = stdout").logging.destination.target, LogTarget::kStdout);
  EXPECT_EQ(errors_of("loglevel = loud"),
            Texts{"2:12: loglevel needs debug, info, warn, error or fatal"});
}

TEST_F(ChoriaOptionsTest, TheFileProviderNamesItsFiles) {
  world_.variables = {{"HOME", "/home/me"}};
  const TlsOptions tls = good(
                             "plugin.security.provider = file\n"
                             "plugin.security.file.certificate = ~/c.pem\n"
                             "plugin.security.file.key = /k.pem\n"
                             "plugin.security.file.ca = /ca.pem\n")
                             .tls;
  EXPECT_EQ(tls.cert_file, "/home/me/c.pem");
  EXPECT_EQ(tls.key_file, "/k.pem");
  EXPECT_EQ(tls.ca_file, "/ca.pem");
}

TEST_F(ChoriaOptionsTest, TheFileProviderNeedsAllItsFiles) {
  EXPECT_EQ(errors_of("plugin.security.provider = file\nplugin.security.file.key = /k"),
            (Texts{"2:28: the security provider file needs plugin.security.file.certificate",
                   "2:28: the security provider file needs plugin.security.file.ca"}));
  EXPECT_FALSE(complete_);
}

TEST_F(ChoriaOptionsTest, ThePuppetProviderUsesPuppetsLayout) {
  const TlsOptions tls = good("identity = n1\nplugin.choria.ssldir = /ssl\n").tls;
  EXPECT_EQ(tls.cert_file, "/ssl/certs/n1.pem");
  EXPECT_EQ(tls.key_file, "/ssl/private_keys/n1.pem");
  EXPECT_EQ(tls.ca_file, "/ssl/certs/ca.pem");
  EXPECT_EQ(good("").tls.cert_file, "/etc/puppetlabs/puppet/ssl/certs/broker.example.net.pem");
}

TEST_F(ChoriaOptionsTest, OtherProvidersAreErrors) {
  EXPECT_EQ(errors_of("plugin.security.provider = pkcs11"),
            Texts{"2:28: not supported yet: the security provider pkcs11; use file, puppet or "
                  "choria"});
  EXPECT_EQ(errors_of("plugin.security.provider = magic"),
            Texts{"2:28: unknown security provider: use file, puppet or choria"});
}

TEST_F(ChoriaOptionsTest, TheNetworkBrokerMustBeOn) {
  (void)options_of("identity = a");
  EXPECT_EQ(errors_, Texts{"nothing to run: set plugin.choria.broker_network = true"});
  (void)options_of("plugin.choria.broker_network = n");
  EXPECT_EQ(errors_, Texts{"/etc/choria/broker.conf:1:32: nothing to run: set "
                           "plugin.choria.broker_network = true"});
  (void)options_of("plugin.choria.broker_network = maybe");
  EXPECT_EQ(
      errors_,
      Texts{"/etc/choria/broker.conf:1:32: plugin.choria.broker_network needs true or false"});
}

TEST_F(ChoriaOptionsTest, TheLastOfEqualKeysCounts) {
  EXPECT_EQ(options_of(std::string(kOn) + "plugin.choria.stats_port = 1\n"
                                          "plugin.choria.stats_port = 2\n")
                .monitoring.http_port,
            2);
  EXPECT_EQ(errors_, Texts{});
  EXPECT_EQ(warnings_.size(), 1u);
}

TEST_F(ChoriaOptionsTest, BadValuesThatChoriaWouldPassOverAreErrors) {
  EXPECT_EQ(
      errors_of("plugin.choria.network.client_port = 4222 # port\n"
                "plugin.choria.stats_port = 70000\n"
                "plugin.choria.network.tls_timeout = 61\n"
                "plugin.choria.network.write_deadline = soon\n"
                "plugin.security.cipher_suites = a, TLS_AES_128_GCM_SHA256\n"
                "plugin.choria.ssldir = ~/ssl\n"
                "logfile = ~/log\n"),
      (Texts{"2:37: plugin.choria.network.client_port needs a whole number and nothing behind "
             "it",
             "3:28: http_port must be at most 65535",
             "4:37: plugin.choria.network.tls_timeout needs at most 60s",
             "5:40: plugin.choria.network.write_deadline needs seconds or a duration like 2s, "
             "1m30s or 1d, and nothing behind it",
             "6:33: unknown cipher suite \"a\"", "7:24: ~ has no meaning without HOME",
             "8:11: logfile needs a path; ~ has no meaning without HOME"}));
}

TEST_F(ChoriaOptionsTest, KeysOfOtherProgramsAndAgentsAreFine) {
  (void)good(
      "rpcauthorization = whatever\ncollectives = a,b\nplugin.choria.use_srv = false\n"
      "plugin.choria.middleware_hosts = a:1\nplugin.package.provider = yum\n"
      "plugin.choria.network.gateway_name = X\nplugin.choria.network.stream.event_replicas = 3\n");
}

TEST_F(ChoriaOptionsTest, UnknownKeysAreErrorsWithASuggestion) {
  EXPECT_EQ(errors_of("plugin.choria.network.client_prot = 1\ndaemonize = 1\n"),
            (Texts{"2:1: unknown key \"plugin.choria.network.client_prot\"; did you mean "
                   "\"plugin.choria.network.client_port\"?",
                   "3:1: unknown key \"daemonize\""}));
}

TEST_F(ChoriaOptionsTest, WhatIsNotDoneYetIsAnErrorUnlessItIsOff) {
  EXPECT_EQ(
      errors_of("plugin.choria.network.peers = a:1\n"
                "plugin.choria.network.stream.store = /s\nplugin.choria.adapters = x\n"),
      (Texts{"2:1: not supported yet: clusters", "3:1: not supported yet: Choria Streams",
             "4:1: not supported yet: data adapters"}));
  (void)good(
      "plugin.choria.network.gateway_port = 0\nplugin.choria.network.websocket_port = 0\n");
}

TEST_F(ChoriaOptionsTest, TheFederationTierIsSwitchedOnAndItsOwnKeysAreLeftToIt) {
  EXPECT_FALSE(good("").choria.federation);
  EXPECT_FALSE(good("plugin.choria.broker_federation = false\n").choria.federation);
  EXPECT_TRUE(good("plugin.choria.broker_federation = 1\nplugin.antiphon.federation.targets_rate = 5\n")
                  .choria.federation);
  EXPECT_EQ(errors_of("plugin.choria.broker_federation = perhaps\n"),
            Texts{"2:35: plugin.choria.broker_federation needs true or false"});
}

TEST_F(ChoriaOptionsTest, DropInsCountAfterTheMainFile) {
  world_.files = {{"/etc/choria/plugin.d/choria.cfg", "stats_port = 9\nbroker_network = 1\n"},
                  {"/etc/choria/plugin.d/package.cfg", "provider = yum\n"}};
  EXPECT_EQ(options_of("plugin.choria.stats_port = 1").monitoring.http_port, 9);
  EXPECT_EQ(errors_, Texts{});
  EXPECT_EQ(warnings_, Texts{});
}

TEST_F(ChoriaOptionsTest, MistakesInDropInsHaveTheirOwnPlace) {
  world_.files = {{"/etc/choria/plugin.d/choria.cfg", "\nstats_prot = 9\njunk\n"}};
  EXPECT_EQ(errors_of(""), (Texts{"/etc/choria/plugin.d/choria.cfg:2:1: unknown key "
                                  "\"plugin.choria.stats_prot\"; did you mean "
                                  "\"plugin.choria.stats_port\"?",
                                  "/etc/choria/plugin.d/choria.cfg:3:1: expected `key = value`"}));
}

TEST_F(ChoriaOptionsTest, DropInsThatChoriaDoesNotReadGiveAWarning) {
  world_.files = {{"/etc/choria/plugin.d/package.conf", "x = 1"},
                  {"/etc/choria/plugin.d/readme.txt", "junk"},
                  {"/etc/choria/plugin.d/security.cfg", "provider = file\n"}};
  (void)options_of(std::string(kOn));
  EXPECT_EQ(errors_, Texts{});
  EXPECT_EQ(warnings_,
            (Texts{"/etc/choria/plugin.d: package.conf is not read: drop-ins end in .cfg",
                   "/etc/choria/plugin.d/security.cfg:1:1: plugin.security.provider has no effect "
                   "here: Choria reads it only from the main file and plugin.d/choria.cfg"}));
}

TEST_F(ChoriaOptionsTest, DropInsAreNotReadBelowTheHomeFolder) {
  world_.files = {{"/etc/choria/plugin.d/choria.cfg", "junk"}};
  world_.variables = {{"HOME", "/etc"}};
  (void)options_of(std::string(kOn));
  EXPECT_EQ(errors_, Texts{});
  EXPECT_EQ(warnings_,
            Texts{"/etc/choria/plugin.d: is not read, as Choria does below the home folder"});
}

TEST(ChoriaValues, BooleansAreSixWordsEachWay) {
  for (std::string_view word : {"1", "yes", "TRUE", "y", "T"}) {
    EXPECT_EQ(parse_choria_bool(word), true) << word;
  }
  for (std::string_view word : {"0", "no", "False", "N", "f"}) {
    EXPECT_EQ(parse_choria_bool(word), false) << word;
  }
  for (std::string_view word : {"", "on", "off", "2", "true "}) {
    EXPECT_EQ(parse_choria_bool(word), std::nullopt) << word;
  }
}

TEST(ChoriaValues, EveryOptionWithAChoriaKeyCanBeReadFromText) {
  const ConfigWorld world;
  for (const Option& option : option_table()) {
    if (option.choria.empty()) continue;
    BrokerOptions options;
    Diagnostics diagnostics;
    OptionWriter writer(options, diagnostics);
    apply_choria_value(option, {std::string(option.choria), "1", {}, {}}, world.inputs(), writer);
  }
}

}  // namespace
}  // namespace antiphon
