#include "federation/relay/load_relay.h"

#include <absl/status/status.h>
#include <gtest/gtest.h>


namespace antiphon::federation {
namespace {

using Texts = std::vector<std::string>;

constexpr std::string_view kWhole =
    "plugin.choria.broker_federation = true\n"
    "plugin.choria.federation_middleware_hosts = fed1:4222, nats://fed2\n"
    "identity = fed.example.net\n"
    "plugin.security.provider = file\n"
    "plugin.security.file.certificate = /no/cert.pem\n"
    "plugin.security.file.key = /no/key.pem\n"
    "plugin.security.file.ca = /no/ca.pem\n";

ConfigInputs inputs() {
  ConfigInputs made;
  made.read_file = [](const std::string&) -> absl::StatusOr<std::string> {
    return absl::NotFoundError("no such file");
  };
  made.environment = [](std::string_view) { return std::nullopt; };
  made.list_directory = [](const std::string&) -> absl::StatusOr<std::vector<std::string>> {
    return absl::NotFoundError("no such directory");
  };
  made.working_directory = "/";
  made.host_name = "host.example.net";
  return made;
}

LoadedRelay load(std::string_view more) {
  return load_relay_text("f.conf", std::string(kWhole) + std::string(more), inputs());
}

// But those about the certificate files, which are not there.
Texts errors(std::string_view more) {
  Texts texts;
  for (const Diagnostic& error : load(more).errors) {
    if (error.message.find("no such file") == std::string::npos) texts.push_back(to_string(error));
  }
  return texts;
}

TEST(LoadRelay, ReadsTheReferencesKeys) {
  const LoadedRelay loaded = load(
      "plugin.choria.federation.cluster = dc1\nplugin.choria.middleware_hosts = a:1,b:2\n"
      "plugin.nats.user = fed\nplugin.nats.pass = secret\nplugin.choria.stats_port = 8222\n");
  EXPECT_EQ(errors(""), Texts{});
  EXPECT_EQ(loaded.settings.cluster, "dc1");
  EXPECT_EQ(loaded.settings.identity, "fed.example.net");
  EXPECT_EQ(loaded.sides[0].names.urls, (Texts{"fed1:4222", "nats://fed2"}));
  EXPECT_EQ(loaded.sides[1].names.urls, (Texts{"a:1", "b:2"}));
  for (const SideSettings& side : loaded.settings.sides) {
    EXPECT_EQ(side.credentials.user, "fed");
    EXPECT_EQ(side.credentials.password, "secret");
    EXPECT_TRUE(side.token.empty());
  }
  EXPECT_EQ(loaded.options.monitoring.http_port, 8222);
  EXPECT_EQ(loaded.options.tls.cert_file, "/no/cert.pem");
}

TEST(LoadRelay, RepliesThatNobodyAskedForAreRefusedUnlessTheFileSaysOtherwise) {
  EXPECT_EQ(load("").settings.unasked_replies, UnaskedReplies::kRefuse);
  const std::string key = "plugin.antiphon.federation.unasked_replies = ";
  EXPECT_EQ(load(key + "pass\n").settings.unasked_replies, UnaskedReplies::kPass);
  EXPECT_EQ(load(key + "refuse\n").settings.unasked_replies, UnaskedReplies::kRefuse);
  EXPECT_EQ(load("plugin.antiphon.federation.asked_entries = 1024\n").settings.asked_entries, 1024u);
  EXPECT_EQ(errors(key + "maybe\nplugin.antiphon.federation.asked_entries = 1\n"),
            (Texts{"f.conf:8:46: plugin.antiphon.federation.unasked_replies needs refuse or pass",
                   "f.conf:9:44: plugin.antiphon.federation.asked_entries needs a whole number from 16 "
                   "to 67108864"}));
}

TEST(LoadRelay, WarnsWhereAllOfATargetIsListenedTo) {
  EXPECT_TRUE(load("plugin.antiphon.federation.events = *.broadcast.agent.registration\n").warnings.empty());
  const LoadedRelay loaded = load("plugin.antiphon.federation.events = choria.machine.>, *.broadcast.>\n");
  ASSERT_EQ(loaded.warnings.size(), 2u);
  EXPECT_EQ(loaded.warnings[0].message,
            "\"*.broadcast.>\", which is listened to for events or signs of life, takes in all of the "
            "targets \"*.broadcast.agent.*\": requests to them will be refused");
}

TEST(LoadRelay, ADigestChangesWithWhatATierIsStartedWith) {
  const std::string first = load("").digest;
  EXPECT_EQ(load("plugin.choria.stats_port = 8222\nloglevel = debug\n").digest, first);
  for (const char* more : {"plugin.antiphon.federation.hops_max = 4\n", "identity = other.example.net\n",
                           "plugin.choria.middleware_hosts = a:1\n", "plugin.nats.user = fed\n",
                           "plugin.security.file.ca = /no/other.pem\n"}) {
    EXPECT_NE(load(more).digest, first) << more;
  }
}

TEST(LoadRelay, HasTheReferencesDefaults) {
  const LoadedRelay loaded = load("");
  EXPECT_EQ(loaded.settings.cluster, "mcollective");
  EXPECT_TRUE(loaded.sides[1].names.urls.empty());
  EXPECT_EQ(loaded.sides[1].names.services,
            (Texts{"_mcollective-server._tcp.example.net", "_x-puppet-mcollective._tcp.example.net"}));
  EXPECT_EQ(loaded.sides[1].names.otherwise, Texts{"puppet:4222"});
  EXPECT_TRUE(loaded.sides[0].names.services.empty() && loaded.sides[0].names.otherwise.empty());
  EXPECT_EQ(loaded.options.monitoring.http_port, 0);
}

TEST(LoadRelay, ReadsWhatTheReferenceLacks) {
  const LoadedRelay loaded = load(
      "plugin.antiphon.federation.targets = de.node.>, *.broadcast.agent.*\n"
      "plugin.antiphon.federation.replies = de.reply.>\n"
      "plugin.antiphon.federation.hops_max = 4\nplugin.antiphon.federation.targets_max = 200\n"
      "plugin.antiphon.federation.message_bytes_max = 4096\n"
      "plugin.antiphon.federation.queue_bytes_max = 1048576\n"
      "plugin.antiphon.federation.pause_max = 500ms\n"
      "plugin.antiphon.federation.replay_entries = 0\n"
      "plugin.antiphon.federation.replay_window = 5m\n");
  EXPECT_TRUE(loaded.settings.targets.allows("de.node.a"));
  EXPECT_FALSE(loaded.settings.targets.allows("fr.node.a"));
  EXPECT_FALSE(loaded.settings.replies.allows("fr.reply.a"));
  EXPECT_EQ(loaded.settings.limits.hops_max, 4u);
  EXPECT_EQ(loaded.settings.limits.targets_max, 200u);
  EXPECT_EQ(loaded.settings.limits.message_bytes_max, 4096u);
  EXPECT_EQ(loaded.settings.queue_bytes_max, 1048576u);
  EXPECT_EQ(loaded.settings.pause_ms_max, 500);
  EXPECT_EQ(loaded.settings.replay_entries, 0u);
  EXPECT_EQ(loaded.settings.replay_window_ms, 300'000);
}

TEST(LoadRelay, ReadsPlacementRatesAndEvents) {
  const RelaySettings plain = load("").settings;
  EXPECT_EQ(plain.ledger.placement, PlacementMode::kOff);
  EXPECT_EQ(plain.requests_per_s, 0);
  EXPECT_TRUE(plain.events.empty());
  const LoadedRelay loaded = load(
      "plugin.antiphon.federation.placement = on\nplugin.antiphon.federation.placement_expiry = 30s\n"
      "plugin.antiphon.federation.placement_settle = 5s\n"
      "plugin.antiphon.federation.placement_lifecycle = true\n"
      "plugin.antiphon.federation.placement_registration = *.broadcast.agent.registration, mcollective.inventory\n"
      "plugin.antiphon.federation.placement_entries = 1000\nplugin.antiphon.federation.nodes_max = 500\n"
      "plugin.antiphon.federation.requests_kept = 10\nplugin.antiphon.federation.requests_rate = 50\n"
      "plugin.antiphon.federation.targets_rate = 5000\nplugin.antiphon.federation.error_replies = false\n"
      "plugin.antiphon.federation.events = choria.lifecycle.event.>, *.broadcast.agent.registration\n"
      "plugin.antiphon.federation.events_rate = 20\n");
  const RelaySettings& settings = loaded.settings;
  EXPECT_EQ(settings.ledger.placement, PlacementMode::kOn);
  EXPECT_EQ(settings.ledger.absence_ms, 30'000);
  EXPECT_EQ(settings.ledger.settle_ms, 5000);
  EXPECT_EQ(settings.ledger.absences, 1000u);
  EXPECT_TRUE(settings.hears_lifecycle);
  EXPECT_EQ(settings.registrations, (Texts{"*.broadcast.agent.registration", "mcollective.inventory"}));
  EXPECT_TRUE(loaded.warnings.empty());
  EXPECT_EQ(settings.ledger.nodes_max, 500u);
  EXPECT_EQ(settings.ledger.requests, 10u);
  EXPECT_EQ(settings.requests_per_s, 50);
  EXPECT_EQ(settings.targets_per_s, 5000);
  EXPECT_FALSE(settings.error_replies);
  EXPECT_EQ(settings.events, (Texts{"choria.lifecycle.event.>", "*.broadcast.agent.registration"}));
  EXPECT_EQ(settings.events_per_s, 20);
}

TEST(LoadRelay, ListeningToNodesWithoutPlacementIsTold) {
  const LoadedRelay loaded = load("plugin.antiphon.federation.placement_registration = a.b\n");
  ASSERT_EQ(loaded.warnings.size(), 1u);
  EXPECT_NE(to_string(loaded.warnings[0]).find("no effect without plugin.antiphon.federation.placement"),
            std::string::npos);
  EXPECT_EQ(errors("plugin.antiphon.federation.placement_registration = *.reply.>\n").size(), 1u);
  EXPECT_EQ(errors("plugin.antiphon.federation.placement_lifecycle = often\n").size(), 1u);
}

TEST(LoadRelay, EventsThatMayNotGoUpAreTold) {
  EXPECT_EQ(errors("plugin.antiphon.federation.placement = yes\n"
                   "plugin.antiphon.federation.requests_rate = -1\n"),
            (Texts{"f.conf:8:40: plugin.antiphon.federation.placement needs off, watch or on",
                   "f.conf:9:44: plugin.antiphon.federation.requests_rate needs a whole number from 0 "
                   "to 100000000"}));
  for (const char* bad : {">", "choria.>", "choria.federation.x", "$SYS.>", "*.*.a", "a..b", "mcollective.reply.>"}) {
    EXPECT_EQ(errors("plugin.antiphon.federation.events = " + std::string(bad) + "\n").size(), 1u) << bad;
  }
  EXPECT_EQ(errors("plugin.antiphon.federation.events = a.b.>, *.b.c\n"),
            Texts{"f.conf:8:44: \"*.b.c\" has subjects in common with \"a.b.>\": they would be taken twice"});
}

TEST(LoadRelay, NamesEveryMistakeWithItsPlace) {
  EXPECT_EQ(errors("plugin.antiphon.federation.hop_max = 4\n"),
            Texts{"f.conf:8:1: unknown key \"plugin.antiphon.federation.hop_max\"; did you mean "
                  "\"plugin.antiphon.federation.hops_max\"?"});
  EXPECT_EQ(errors("plugin.choria.federation.cluster = a.b\nplugin.antiphon.federation.hops_max = 0\n"
                   "plugin.antiphon.federation.pause_max = soon\n"
                   "plugin.antiphon.federation.targets = choria.federation.>\n"),
            (Texts{"f.conf:8:36: plugin.choria.federation.cluster needs one token of a subject: no "
                   "dots, blanks or wildcards",
                   "f.conf:9:39: plugin.antiphon.federation.hops_max needs a whole number from 1 to 64",
                   "f.conf:10:40: plugin.antiphon.federation.pause_max needs seconds, or a duration "
                   "like 2s or 1m30s, of at most one day",
                   "f.conf:11:38: \"choria.federation.>\": nothing is ever sent to subjects of "
                   "brokers and federation brokers"}));
  EXPECT_EQ(errors("plugin.choria.nonsense = 1\n").size(), 1u);
  EXPECT_EQ(errors("plugin.choria.middleware_hosts = http://x\n").size(), 1u);
}

TEST(LoadRelay, MustBeToldToRunAndWhere) {
  const LoadedRelay loaded =
      load_relay_text("f.conf", "plugin.choria.broker_federation = 0\nplugin.choria.use_srv = 0\n",
                      inputs());
  ASSERT_GE(loaded.errors.size(), 2u);
  EXPECT_EQ(to_string(loaded.errors[0]),
            "f.conf: set plugin.choria.federation_middleware_hosts to the brokers that clients "
            "connect to (plugin.choria.use_srv is off)");
  EXPECT_EQ(to_string(loaded.errors.back()),
            "f.conf:1:35: nothing to run: set plugin.choria.broker_federation = true");
}

TEST(LoadRelay, WithoutHostsItGoesBySrvRecords) {
  constexpr std::string_view kBare =
      "plugin.choria.broker_federation = true\nidentity = fed\nplugin.choria.srv_domain = dc.example.\n";
  const LoadedRelay loaded = load_relay_text("f.conf", kBare, inputs());
  EXPECT_EQ(loaded.sides[0].names.services,
            (Texts{"_mcollective-federation_server._tcp.dc.example",
                   "_x-puppet-mcollective_federation._tcp.dc.example"}));
  EXPECT_TRUE(loaded.sides[0].names.otherwise.empty());
  EXPECT_EQ(loaded.sides[1].names.services[0], "_mcollective-server._tcp.dc.example");
  const LoadedRelay nowhere = load_relay_text(
      "f.conf", "plugin.choria.broker_federation = true\nidentity = fed\n", inputs());
  EXPECT_EQ(to_string(nowhere.errors[0]),
            "f.conf: set plugin.choria.federation_middleware_hosts to the brokers that clients "
            "connect to, or plugin.choria.srv_domain to the domain of their SRV records");
  EXPECT_EQ(load("plugin.choria.use_srv = no\n").sides[1].names.services, Texts{});
}

TEST(LoadRelay, NamesServersOfDns) {
  EXPECT_EQ(load("plugin.antiphon.federation.dns_servers = 192.0.2.1:53, [::1]:5353\n").settings.dns_servers,
            "192.0.2.1:53,[::1]:5353");
  EXPECT_EQ(errors("plugin.antiphon.federation.dns_servers = dns.example.net\n"
                   "plugin.choria.srv_domain = a b\n"),
            (Texts{"f.conf:8:42: plugin.antiphon.federation.dns_servers needs addresses with ports, as "
                   "192.0.2.53:53",
                   "f.conf:9:28: plugin.choria.srv_domain needs a domain such as example.net"}));
}

TEST(LoadRelay, ANetworkBrokersKeysHaveNoEffect) {
  EXPECT_EQ(errors("plugin.choria.broker_network = false\nplugin.choria.network.peers = a:1\n"
                   "plugin.choria.network.client_port = 4222\n"),
            Texts{});
}

TEST(LoadRelay, TheProviderChoriaLogsInByToken) {
  EXPECT_EQ(errors("plugin.security.provider = choria\n"),
            (Texts{"f.conf:8:28: the security provider choria needs plugin.security.choria.token_file, "
                   "or plugin.antiphon.federation.federation_token_file, to log in on the federation side",
                   "f.conf:8:28: the security provider choria needs plugin.security.choria.token_file, "
                   "or plugin.antiphon.federation.collective_token_file, to log in on the collective side"}));
  const LoadedRelay loaded = load_relay_text(
      "f.conf",
      "plugin.choria.broker_federation = true\nidentity = fed.example.net\n"
      "plugin.choria.federation_middleware_hosts = fed1:4222\n"
      "plugin.security.provider = choria\nplugin.security.choria.token_file = /t/fed.jwt\n"
      "plugin.choria.security.request_signer.token_file = /t/other.jwt\n",
      inputs());
  EXPECT_TRUE(loaded.ok()) << to_string(loaded.errors.at(0));
  for (size_t i = 0; i < kSides; ++i) {
    EXPECT_EQ(loaded.settings.sides[i].token.token, "/t/fed.jwt");
    EXPECT_EQ(loaded.settings.sides[i].token.seed, "/t/fed.key");
    EXPECT_EQ(loaded.sides[i].tls.cert_file, "");
    EXPECT_TRUE(loaded.sides[i].unchecked);
  }
  ASSERT_EQ(loaded.warnings.size(), 2u);
  EXPECT_EQ(to_string(loaded.warnings[0]),
            "f.conf:4:28: the certificates of the federation side's brokers are not checked: set "
            "plugin.security.choria.ca");
}

TEST(LoadRelay, TheSeedMayLieElsewhereAndTheRequestSignersTokenServesToo) {
  const LoadedRelay one = load(
      "plugin.security.provider = choria\nplugin.security.choria.token_file = /t/fed.jwt\n"
      "plugin.security.choria.seed_file = /t/fed.seed\n");
  EXPECT_EQ(one.settings.sides[1].token.seed, "/t/fed.seed");
  const LoadedRelay two = load(
      "plugin.security.provider = choria\n"
      "plugin.choria.security.request_signer.token_file = /t/signer.jwt\n"
      "plugin.choria.security.request_signer.seed_file = /t/signer.seed\n");
  EXPECT_EQ(two.settings.sides[0].token.token, "/t/signer.jwt");
  EXPECT_EQ(two.settings.sides[0].token.seed, "/t/signer.seed");
}

// Two organizations: a certificate for one side, a token for the other.
TEST(LoadRelay, ASideMayHaveItsOwnSecurity) {
  const LoadedRelay loaded = load(
      "plugin.antiphon.federation.collective_token_file = /t/dc1.jwt\n"
      "plugin.antiphon.federation.collective_ca = /t/dc1-ca.pem\n");
  EXPECT_TRUE(loaded.settings.sides[0].token.empty());
  EXPECT_EQ(loaded.sides[0].tls.cert_file, "/no/cert.pem");
  EXPECT_EQ(loaded.sides[0].tls.ca_file, "/no/ca.pem");
  EXPECT_EQ(loaded.settings.sides[1].token.token, "/t/dc1.jwt");
  EXPECT_EQ(loaded.sides[1].tls.cert_file, "");
  EXPECT_EQ(loaded.sides[1].tls.ca_file, "/t/dc1-ca.pem");
  EXPECT_FALSE(loaded.sides[1].unchecked);
  EXPECT_EQ(errors("plugin.antiphon.federation.federation_certificate = /t/c.pem\n"
                   "plugin.antiphon.federation.collective_seed_file = /t/s\n"),
            (Texts{"f.conf:8:53: plugin.antiphon.federation.federation_certificate and "
                   "plugin.antiphon.federation.federation_key belong together",
                   "f.conf:9:51: plugin.antiphon.federation.collective_token_file and "
                   "plugin.antiphon.federation.collective_seed_file belong together"}));
}

TEST(LoadRelay, WarnsOfTheClientsSetting) {
  const LoadedRelay loaded = load("plugin.choria.federation.collectives = a,b\n");
  ASSERT_EQ(loaded.warnings.size(), 1u);
  EXPECT_EQ(loaded.warnings[0].place.line, 8u);
}

// ---- Beside a network broker -------------------------------------------------------------------

constexpr std::string_view kBeside =
    "plugin.choria.broker_network = true\nplugin.choria.broker_federation = true\n";

class LoadRelayBeside : public testing::Test {
 protected:
  LoadRelayBeside() {
    broker_.choria.identity = "broker.ams";
    broker_.listen.host = "::";
    broker_.listen.port = 4222;
    broker_.tls.cert_file = "/cert";
    broker_.tls.ca_file = "/ca";
    broker_.choria.security_provider = "file";
  }
  LoadedRelay load_beside(std::string_view more) {
    ConfigInputs made = inputs();
    made.read_file = [this, text = std::string(kBeside) + std::string(more)](
                         const std::string& path) -> absl::StatusOr<std::string> {
      if (path == "b.conf") return text;
      if (path == "/policy") return policy_;
      return path == "/cert" ? absl::StatusOr<std::string>(certificate_)
                             : absl::NotFoundError("no such file");
    };
    return load_relay_beside("b.conf", made, broker_);
  }
  std::optional<Side> inside(std::string_view more) { return load_beside(more).inside; }
  static const Texts& hosts(const LoadedRelay& loaded, Side side) {
    return loaded.sides[static_cast<size_t>(side)].names.urls;
  }

  BrokerOptions broker_;
  std::string certificate_ = "one";
  std::string policy_ = "one";
};

constexpr const char* kFederation = "plugin.choria.federation_middleware_hosts = fed1:4222\n";

std::string with_federation(std::string_view more) { return kFederation + std::string(more); }

TEST_F(LoadRelayBeside, TheCollectiveIsInsideUnlessItIsElsewhere) {
  const LoadedRelay loaded = load_beside(kFederation);
  EXPECT_TRUE(loaded.ok());
  EXPECT_EQ(loaded.inside, Side::kCollective);
  EXPECT_EQ(hosts(loaded, Side::kCollective), Texts{});
  EXPECT_EQ(hosts(loaded, Side::kFederation), Texts{"fed1:4222"});
  EXPECT_EQ(loaded.settings.identity, "broker.ams");
  EXPECT_EQ(loaded.options.tls.cert_file, "/cert");
  for (const char* own : {"broker.ams:4222", "Broker.AMS", "localhost:4222", "127.0.0.1:4222",
                          "tls://broker.ams:4222", "other:4222, broker.ams:4222"}) {
    EXPECT_EQ(inside(with_federation("plugin.choria.middleware_hosts = " + std::string(own) + "\n")),
              Side::kCollective) << own;
  }
  for (const char* other : {"broker.nyc:4222", "broker.ams:4223", "10.0.0.1:4222"}) {
    const LoadedRelay away =
        load_beside(with_federation("plugin.choria.middleware_hosts = " + std::string(other) + "\n"));
    EXPECT_EQ(away.inside, std::nullopt) << other;
    EXPECT_EQ(hosts(away, Side::kCollective), Texts{other});
  }
}

TEST_F(LoadRelayBeside, LoopbackIsNotThisBrokerWhereItListensElsewhere) {
  broker_.listen.host = "10.1.1.1";
  EXPECT_EQ(inside(with_federation("plugin.choria.middleware_hosts = localhost:4222\n")), std::nullopt);
  EXPECT_EQ(inside(with_federation("plugin.choria.middleware_hosts = 10.1.1.1:4222\n")),
            Side::kCollective);
}

TEST_F(LoadRelayBeside, TheFederationMayBeInside) {
  const LoadedRelay loaded = load_beside(
      "plugin.choria.federation_middleware_hosts = broker.ams:4222\n"
      "plugin.choria.middleware_hosts = other:4222\n");
  EXPECT_EQ(loaded.inside, Side::kFederation);
  EXPECT_EQ(hosts(loaded, Side::kFederation), Texts{});
  EXPECT_EQ(hosts(loaded, Side::kCollective), Texts{"other:4222"});
  const LoadedRelay asked = load_beside("plugin.antiphon.federation.inside = federation\n");
  EXPECT_TRUE(asked.ok());
  EXPECT_EQ(asked.inside, Side::kFederation);
  EXPECT_EQ(asked.sides[static_cast<size_t>(Side::kCollective)].names.otherwise, Texts{"puppet:4222"});
}

TEST_F(LoadRelayBeside, WhatIsAskedForCounts) {
  const LoadedRelay none = load_beside(with_federation("plugin.antiphon.federation.inside = none\n"));
  EXPECT_EQ(none.inside, std::nullopt);
  EXPECT_EQ(none.sides[static_cast<size_t>(Side::kCollective)].names.otherwise, Texts{"puppet:4222"});
  const LoadedRelay collective = load_beside(with_federation(
      "plugin.choria.middleware_hosts = other:1\nplugin.antiphon.federation.inside = collective\n"));
  EXPECT_EQ(collective.inside, Side::kCollective);
  EXPECT_EQ(hosts(collective, Side::kCollective), Texts{});
  ASSERT_EQ(collective.warnings.size(), 1u);
  EXPECT_NE(collective.warnings[0].message.find("have no effect"), std::string::npos);
  const LoadedRelay wrong = load_beside(with_federation("plugin.antiphon.federation.inside = yes\n"));
  ASSERT_EQ(wrong.errors.size(), 1u);
  EXPECT_EQ(to_string(wrong.errors[0]),
            "b.conf:4:37: plugin.antiphon.federation.inside needs collective, federation or none");
}

TEST_F(LoadRelayBeside, MistakesInItsOwnKeysAreTold) {
  EXPECT_EQ(load_beside(with_federation("plugin.antiphon.federation.hop_max = 4\n")).errors.size(), 1u);
  EXPECT_EQ(load_beside("plugin.choria.use_srv = false\n").errors.size(), 1u)
      << "the federation is not said";
  broker_.choria.security_provider = "choria";
  EXPECT_EQ(load_beside(kFederation).errors.size(), 1u) << "there is no token to log in with";
}

TEST_F(LoadRelayBeside, TheDigestIsOfAllThatItIsStartedWith) {
  const std::string first = load_beside(kFederation).digest;
  EXPECT_EQ(load_beside(with_federation("plugin.choria.network.client_port = 1\n")).digest, first)
      << "the broker's own business";
  EXPECT_NE(load_beside(with_federation("plugin.antiphon.federation.hops_max = 4\n")).digest, first);
  certificate_ = "two";
  EXPECT_NE(load_beside(kFederation).digest, first) << "the certificate was renewed";
}

TEST_F(LoadRelayBeside, TheDigestIsOfABordersPolicyToo) {
  const std::string border = with_federation(
      "plugin.antiphon.federation.border = true\n"
      "plugin.antiphon.federation.border_policy_file = /policy\n");
  const std::string first = load_beside(border).digest;
  EXPECT_EQ(load_beside(border).digest, first);
  policy_ = "two";
  EXPECT_NE(load_beside(border).digest, first) << "a reload must not leave the old one in force";
}

TEST_F(LoadRelayBeside, TheSideInsideIsThatBrokerAndTheOtherIsDialed) {
  LoadedRelay loaded = load_beside("plugin.choria.federation_middleware_hosts = 127.0.0.1:4333\n");
  loaded.sides[static_cast<size_t>(Side::kFederation)].tls = {};
  struct NoBroker final : InProcessBroker {
    Transport connect_in_process() override { return {}; }
  } none;
  const auto settings =
      connect_settings(loaded, fleet::in_process_endpoint(none, "nats://broker.ams:4222"));
  ASSERT_TRUE(settings.ok()) << settings.status();
  const auto& away = settings->side(Side::kFederation).servers;
  ASSERT_EQ(away.size(), 1u);
  EXPECT_EQ(away[0].in_process, nullptr);
  const auto& here = settings->side(Side::kCollective).servers;
  ASSERT_EQ(here.size(), 1u);
  EXPECT_EQ(here[0].in_process, &none);
  EXPECT_EQ(here[0].url, "nats://broker.ams:4222");
}

TEST(LoadRelay, NobodyIsInsideWithoutABroker) {
  EXPECT_EQ(errors("plugin.antiphon.federation.inside = none\n"), Texts{});
  EXPECT_EQ(errors("plugin.antiphon.federation.inside = collective\n"),
            Texts{"f.conf:8:1: there is no broker in this process: set plugin.choria.broker_network = "
                  "true and use `antiphon broker run`"});
}

TEST(LoadRelay, ReportsAFileThatCannotBeRead) {
  const LoadedRelay loaded = load_relay("gone.conf", inputs());
  ASSERT_EQ(loaded.errors.size(), 1u);
  EXPECT_EQ(to_string(loaded.errors[0]), "gone.conf: cannot read the configuration: no such file");
}

}  // namespace
}  // namespace antiphon::federation
