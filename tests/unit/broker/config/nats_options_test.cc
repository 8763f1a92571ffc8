#include "broker/config/nats_options.h"

#include <gtest/gtest.h>

#include "broker/config/nats_parser.h"
#include "tests/unit/broker/config/config_world.h"

namespace antiphon {
namespace {

using namespace std::chrono_literals;
using Texts = std::vector<std::string>;

class NatsOptions : public testing::Test {
 protected:
  BrokerOptions options_of(std::string_view text) {
    Diagnostics diagnostics;
    const auto parsed = parse_nats_config("c", text, world_.inputs(), diagnostics);
    BrokerOptions options;
    OptionWriter writer(options, diagnostics);
    apply_nats_config(parsed.root, writer);
    errors_ = texts_of(diagnostics.errors());
    warnings_ = texts_of(diagnostics.warnings());
    return options;
  }
  // As options_of, of a text that must be without fault.
  BrokerOptions good(std::string_view text) {
    BrokerOptions options = options_of(text);
    EXPECT_EQ(errors_, Texts{}) << text;
    EXPECT_EQ(warnings_, Texts{}) << text;
    return options;
  }
  Texts errors_of(std::string_view text) {
    (void)options_of(text);
    return errors_;
  }

  ConfigWorld world_;
  Texts errors_;
  Texts warnings_;
};

TEST_F(NatsOptions, NothingSetLeavesEveryDefault) {
  EXPECT_EQ(good("# nothing"), BrokerOptions{});
}

TEST_F(NatsOptions, ListenTakesAPortOrAnAddress) {
  EXPECT_EQ(good("listen: 5222").listen.port, 5222);
  EXPECT_EQ(good("listen: 5222").listen.host, "0.0.0.0");
  const ListenOptions full = good("listen: \"10.1.2.3:5222\"").listen;
  EXPECT_EQ(full.host, "10.1.2.3");
  EXPECT_EQ(full.port, 5222);
  EXPECT_EQ(good("listen: 10.1.2.3:5222").listen, full);
  EXPECT_EQ(good("listen: '[::1]:5222'").listen.host, "::1");
  EXPECT_EQ(good("listen: ':5222'").listen.host, "0.0.0.0");
  EXPECT_EQ(good("listen: localhost:-1").listen.port, kRandomPort);
}

TEST_F(NatsOptions, HostPortAndNameAreRead) {
  const BrokerOptions options =
      good("net: 127.0.0.1\nPORT: -1\nserver_name: 'n1'\nclient_advertise: 'x.example:4222'");
  EXPECT_EQ(options.listen.host, "127.0.0.1");
  EXPECT_EQ(options.listen.port, kRandomPort);
  EXPECT_EQ(options.identity.server_name, "n1");
  EXPECT_EQ(options.listen.client_advertise, "x.example:4222");
  EXPECT_EQ(good("port: 0").listen.port, 4222);
}

TEST_F(NatsOptions, TagsAreTrimmedLowerCaseAndUnique) {
  EXPECT_EQ(good("server_tags: [' Rack:1 ', rack:1, \"\", b]").identity.tags,
            (Texts{"rack:1", "b"}));
  EXPECT_EQ(good("server_tags: A").identity.tags, Texts{"a"});
}

TEST_F(NatsOptions, MetadataIsABlockOfTexts) {
  const std::map<std::string, std::string> expected = {{"Rack", "12"}, {"hall", "n"}};
  EXPECT_EQ(good("server_metadata { Rack: '12', hall: n }").identity.metadata, expected);
  EXPECT_EQ(errors_of("server_metadata { rack: 12 }"),
            Texts{"c:1:25: server_metadata needs text: put it in quotes, found a whole number"});
}

TEST_F(NatsOptions, LimitsAreReadByEveryName) {
  const LimitOptions limits =
      good(
          "max_conn: 10k; max_subs: 5; max_control_line: 1kb; max_payload: 2mb; "
          "max_pending: 4mb; max_closed_clients: 7")
          .limits;
  EXPECT_EQ(limits.connections_max, 10000);
  EXPECT_EQ(limits.subscriptions_max, 5);
  EXPECT_EQ(limits.control_line_bytes_max, 1024);
  EXPECT_EQ(limits.payload_bytes_max, 2 << 20);
  EXPECT_EQ(limits.pending_bytes_max, 4 << 20);
  EXPECT_EQ(limits.closed_clients_max, 7);
  EXPECT_EQ(good("max_connections: 3; max_subscriptions: 4").limits.connections_max, 3);
}

TEST_F(NatsOptions, ZeroMeansTheDefaultWhereTheReferenceServerTakesItSo) {
  EXPECT_EQ(good("max_control_line: 0; max_payload: 0; max_pending: 0; max_closed_clients: 0; "
                 "ping_interval: '0s'; ping_max: 0; write_deadline: '0s'; "
                 "lame_duck_grace_period: '0s'; tls { timeout: 0 }"),
            [] {
              BrokerOptions options;
              options.tls.enabled = true;
              return options;
            }());
}

TEST_F(NatsOptions, DurationsAreTextOrSecondsWithAWarning) {
  const BrokerOptions options = good(
      "ping_interval: '30s'; ping_max: 3; write_deadline: 2s; lame_duck_duration: \"45s\"; "
      "lame_duck_grace_period: 1500ms");
  EXPECT_EQ(options.timeouts.ping_interval, 30s);
  EXPECT_EQ(options.timeouts.pings_out_max, 3);
  EXPECT_EQ(options.timeouts.write_deadline, 2s);
  EXPECT_EQ(options.lame_duck.duration, 45s);
  EXPECT_EQ(options.lame_duck.grace_period, 1500ms);

  EXPECT_EQ(options_of("ping_interval: 5").timeouts.ping_interval, 5s);
  EXPECT_EQ(warnings_, Texts{"c:1:16: ping_interval is a number and so means seconds, 5 of them; "
                             "write a duration like \"2m\", in quotes"});
  EXPECT_EQ(options_of("ping_interval: 2m").timeouts.ping_interval, 2000000s);
  EXPECT_EQ(warnings_.size(), 1u);
}

TEST_F(NatsOptions, BadDurationsAreErrors) {
  EXPECT_EQ(errors_of("ping_interval: 2x\nwrite_deadline: true\nlame_duck_duration: '5s'\n"
                      "lame_duck_grace_period: '-1s'"),
            (Texts{"c:1:16: ping_interval is no duration: write it as \"2m\", \"1.5s\" or \"50ms\"",
                   "c:2:17: write_deadline needs a duration like \"2m\", found a boolean",
                   "c:3:21: lame_duck_duration must be at least 30s",
                   "c:4:25: lame_duck_grace_period must be at least 0s"}));
  EXPECT_EQ(errors_of("write_deadline: 99999999999999"),
            Texts{"c:1:17: write_deadline is too long"});
}

TEST_F(NatsOptions, AuthorizationOfOneUserOrToken) {
  const AuthorizationOptions user =
      good("authorization { username: ada, pass: 'x y', timeout: 0.5 }").authorization;
  EXPECT_EQ(user.user, "ada");
  EXPECT_EQ(user.password, "x y");
  EXPECT_EQ(user.timeout, 500ms);
  EXPECT_EQ(good("authorization { token: $2a$11$abc; timeout: 3 }").authorization.token,
            "$2a$11$abc");
  EXPECT_EQ(good("Authorization { Token: t; timeout: '4s' }").authorization.timeout, 4s);
}

TEST_F(NatsOptions, AuthorizationOfAListOfUsers) {
  const std::vector<UserOptions> users =
      good(
          "authorization {\n P = 'secret'\n users = [\n {user: a, password: $P}\n"
          " {username: b, PASS: \"q\"}, {user: c} ]\n}\nno_auth_user: c")
          .authorization.users;
  EXPECT_EQ(users, (std::vector<UserOptions>{{"a", "secret"}, {"b", "q"}, {"c", ""}}));
}

TEST_F(NatsOptions, MistakesInUsersAreAllReported) {
  EXPECT_EQ(errors_of("authorization { users = [\n {password: x}\n 7\n {user: a, pasword: x}\n"
                      " {nkey: UX}\n {user: c, password: 5} ] }"),
            (Texts{"c:2:2: this user has no name: set user or nkey",
                   "c:3:2: authorization.users needs a block with user and password, or nkey, found a "
                   "whole number",
                   "c:4:12: unknown field \"pasword\"; did you mean \"password\"?",
                   "c:5:2: this user has no name: set user or nkey",
                   "c:5:9: not a public nkey of a user: nkey has the wrong length",
                   "c:6:22: authorization.users.password needs text: put it in quotes, found a "
                   "whole number"}));
  EXPECT_EQ(errors_of("authorization { users = [] }"),
            Texts{"c:1:25: authorization.users is empty: name a user or leave it out"});
  EXPECT_EQ(errors_of("authorization { users { user: a } }"),
            Texts{"c:1:23: authorization.users needs a list of users, found a block {}"});
}

TEST_F(NatsOptions, UsersMayHaveAnNkeyAndKindsOfConnection) {
  const std::string nkey = "UDXU4RCSJNZOIQHZNWXHXORDPRTGNJAHAHFRGZNEEJCPQTT2M7NLCNF4";
  const std::vector<UserOptions> users =
      good("authorization { users = [ {nkey: " + nkey + ", permissions {publish: a}}\n"
           "{user: b, allowed_connection_types: [standard, WebSocket]}\n"
           "{user: c, connection_types: MQTT} ] }\nno_auth_user: " + nkey)
          .authorization.users;
  ASSERT_EQ(users.size(), 3u);
  EXPECT_EQ(users[0].nkey, nkey);
  EXPECT_EQ(users[0].name, "");
  EXPECT_TRUE(users[0].permissions);
  EXPECT_TRUE(users[0].connection_kinds.allows(ConnectionKind::kMqtt));
  EXPECT_TRUE(users[1].connection_kinds.allows(ConnectionKind::kWebsocket));
  EXPECT_FALSE(users[1].connection_kinds.allows(ConnectionKind::kMqtt));
  EXPECT_FALSE(users[2].connection_kinds.allows(ConnectionKind::kStandard));
}

TEST_F(NatsOptions, NkeysThatAreNoUsersAreRefusedAndSeedsNeverShown) {
  const std::string nkey = "UDXU4RCSJNZOIQHZNWXHXORDPRTGNJAHAHFRGZNEEJCPQTT2M7NLCNF4";
  const std::string seed = "SUAMLK2ZNL35WSMW37E7UD4VZ7ELPKW7DHC3BWBSD2GCZ7IUQQXZIORRBU";
  const Texts errors = errors_of("authorization { users = [\n{nkey: " + seed + "}\n{user: a, nkey: " +
                                 nkey + "}\n{user: b, connection_types: [CARRIER_PIGEON]}\n] }");
  ASSERT_EQ(errors.size(), 4u);
  for (const std::string& error : errors) EXPECT_EQ(error.find(seed), std::string::npos);
  EXPECT_NE(errors[1].find("seed"), std::string::npos);
  EXPECT_EQ(errors[2], "c:3:1: a user with an nkey has no name and no password: remove them or the "
                       "nkey");
  EXPECT_NE(errors[3].find("\"CARRIER_PIGEON\" is no kind of connection"), std::string::npos);
  EXPECT_EQ(errors_of("authorization { users = [ {nkey: " + nkey + "} {nkey: " + nkey + "} ] }").size(),
            1u);
}

TEST_F(NatsOptions, PinnedKeysAndMappedCertificates) {
  const std::string hash(64, 'A');
  const TlsOptions tls = good("tls { verify_and_map: true, pinned_certs: [ '" + hash + "' ] }").tls;
  EXPECT_TRUE(tls.verify_and_map);
  EXPECT_TRUE(verifies_clients(tls));
  EXPECT_EQ(tls.pinned_certs, Texts{std::string(64, 'a')});
}

TEST_F(NatsOptions, CredentialsMustNotBeEmpty) {
  world_.variables = {{"TOKEN", ""}};
  EXPECT_EQ(errors_of("authorization { token: $TOKEN }"),
            Texts{"c:1:24: authorization.token must not be empty"});
  EXPECT_EQ(errors_of("authorization { user: '' }"),
            Texts{"c:1:23: authorization.user must not be empty"});
}

TEST_F(NatsOptions, TlsIsReadWhole) {
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

TEST_F(NatsOptions, HandshakeFirstIsABooleanAWordOrADuration) {
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

TEST_F(NatsOptions, MistakesInTlsAreAllReported) {
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

TEST_F(NatsOptions, CurvesAndSuitesThatOpensslLacksAreLeftOutWithAWarning) {
  EXPECT_EQ(options_of("tls { curve_preferences: [X25519MLKEM768, X25519] }").tls.curve_preferences,
            Texts{"X25519"});
  EXPECT_EQ(warnings_,
            Texts{"c:1:27: curve \"X25519MLKEM768\" is not provided by OpenSSL 3.0 and is "
                  "left out"});
}

TEST_F(NatsOptions, MonitoringTakesPortsAndAddresses) {
  const MonitoringOptions http = good("http: 'localhost:8222'; http_base_path: '/a'").monitoring;
  EXPECT_EQ(http.host, "localhost");
  EXPECT_EQ(http.http_port, 8222);
  EXPECT_EQ(http.base_path, "/a");
  EXPECT_EQ(good("http: 8222").monitoring, good("monitor_port: 8222").monitoring);
  EXPECT_EQ(good("https: ':8443'").monitoring.https_port, 8443);
  EXPECT_EQ(good("https_port: -1").monitoring.https_port, kRandomPort);
}

TEST_F(NatsOptions, LoggingAndFilesAreRead) {
  const BrokerOptions options = good(
      "debug: true; trace: yes; trace_verbose: on; trace_headers: true; logtime: false; "
      "logtime_utc: true; logfile: '/l'; logfile_size_limit: 1mb; log_max_num: 3; "
      "max_traced_msg_len: 10; pidfile: p; ports_file_dir: d");
  LoggingOptions logging;
  logging.destination = {LogTarget::kFile, "/l"};
  logging.debug = logging.trace = logging.trace_verbose = logging.trace_headers = true;
  logging.logtime = false;
  logging.logtime_utc = true;
  logging.file_bytes_max = 1 << 20;
  logging.files_max = 3;
  logging.traced_bytes_max = 10;
  EXPECT_EQ(options.logging, logging);
  EXPECT_EQ(options.process, (ProcessOptions{"p", "d"}));
}

TEST_F(NatsOptions, OwnBlockAndFeaturesAreRead) {
  const BrokerOptions options = good(
      "antiphon { shards: 4, log_level: Warn }\nno_header_support: true\nno_sublist_cache: on\n"
      "connect_error_reports: 5; reconnect_error_reports: 1; no_sys_acc: true");
  EXPECT_EQ(options.shards.count, 4);
  EXPECT_EQ(options.logging.level, LogLevel::kWarn);
  EXPECT_TRUE(options.features.no_header_support);
  EXPECT_TRUE(options.features.disable_sublist_cache);
  EXPECT_EQ(errors_of("antiphon { shards: 65; log_level: loud; shard: 1 }"),
            (Texts{"c:1:20: antiphon.shards must be at most 64",
                   "c:1:35: the log level is info, warn, error or fatal",
                   "c:1:41: unknown field \"shard\"; did you mean \"shards\"?"}));
}

TEST_F(NatsOptions, OptionsThatSetNothingAreStillChecked) {
  EXPECT_EQ(errors_of("connect_error_reports: x\nno_system_account: 1\ntls { insecure: 1 }"),
            (Texts{"c:1:24: connect_error_reports needs a whole number, found a string",
                   "c:2:20: no_system_account needs true or false, found a whole number",
                   "c:3:17: tls.insecure needs true or false, found a whole number"}));
}

TEST_F(NatsOptions, ValuesOfAnotherKindAreErrorsThatNameBoth) {
  EXPECT_EQ(errors_of("port: a\ndebug: 1\nhost: 5\nhttp: true\nserver_tags: {}\nmax_payload: 1.5"),
            (Texts{"c:1:7: port needs a whole number, found a string",
                   "c:2:8: debug needs true or false, found a whole number",
                   "c:3:7: host needs text: put it in quotes, found a whole number",
                   "c:4:7: http needs host:port or a port, found a boolean",
                   "c:5:14: server_tags needs a list of texts, found a block {}",
                   "c:6:14: max_payload needs a whole number, found a fraction"}));
}

TEST_F(NatsOptions, ValuesOutOfBoundsAreErrors) {
  EXPECT_EQ(
      errors_of("port: 65536\nhttp_port: -2\nmax_payload: 3g\nmax_pending: -1\nping_max: -1"),
      (Texts{"c:1:7: port must be at most 65535", "c:2:12: http_port must be at least -1",
             "c:3:14: max_payload must be at most 2147483647",
             "c:4:14: max_pending must be at least 0", "c:5:11: ping_max must be at least 0"}));
  EXPECT_EQ(errors_of("listen: 'nohost'"),
            Texts{"c:1:9: listen needs host:port or a port; an IPv6 host stands in []"});
  EXPECT_EQ(errors_of("listen: '::1:4222'").size(), 1u);
}

TEST_F(NatsOptions, UnknownFieldsAreErrorsUnlessUsedAsVariables) {
  EXPECT_EQ(
      errors_of("MY_PORT = 5000\nOTHER = 1\nport: $MY_PORT\nauthorization { X = t; token: $X }"),
      Texts{"c:2:1: unknown field \"OTHER\""});
  EXPECT_EQ(errors_of("max_payloads: 1\ntls { cert_files: x }"),
            (Texts{"c:1:1: unknown field \"max_payloads\"; did you mean \"max_payload\"?",
                   "c:2:7: unknown field \"cert_files\"; did you mean \"cert_file\"?"}));
}

TEST_F(NatsOptions, OnlyTheFirstUnknownFieldsGetASuggestion) {
  std::string text;
  for (size_t i = 0; i <= kSuggestionsMax; ++i) text += "max_payload" + std::to_string(i) + "=1\n";
  const Texts errors = errors_of(text);
  ASSERT_EQ(errors.size(), kSuggestionsMax + 1);
  EXPECT_NE(errors[kSuggestionsMax - 1].find("did you mean"), std::string::npos);
  EXPECT_EQ(errors[kSuggestionsMax].find("did you mean"), std::string::npos);
}

TEST_F(NatsOptions, AnUnknownFieldThatMayBeAPieceOfASecretIsNotShown) {
  EXPECT_EQ(errors_of("authorization { password: abc,hunter2: x }"),
            Texts{"c:1:31: unknown field after a secret on the same line; the secret may need "
                  "quotes"});
  EXPECT_EQ(errors_of("authorization { password: abc, hunter2 x }").at(0),
            "c:1:32: unknown field after a secret on the same line; the secret may need quotes");
  EXPECT_EQ(errors_of("authorization { password: 'abc',other: x }"),
            Texts{"c:1:33: unknown field \"other\""});
  EXPECT_EQ(errors_of("authorization { password: abc, other: x }"),
            Texts{"c:1:32: unknown field \"other\""});
}

TEST_F(NatsOptions, AResolversFolderMayBeDeletedFromWhereItSaysSo) {
  const auto deletion_of = [this](const std::string& more) {
    const BrokerOptions options = good("resolver { type: full, dir: d" + more + " }");
    return options.authorization.operator_mode.resolver.deletion;
  };
  EXPECT_EQ(deletion_of(""), AccountDeletion::kNone);
  EXPECT_EQ(deletion_of(", allow_delete: false"), AccountDeletion::kNone);
  EXPECT_EQ(deletion_of(", allow_delete: true"), AccountDeletion::kKept);
  EXPECT_EQ(deletion_of(", Allow_Delete: true, hard_delete: false"), AccountDeletion::kKept);
  EXPECT_EQ(deletion_of(", allow_delete: true, hard_delete: true"), AccountDeletion::kForGood);
  EXPECT_EQ(errors_of("resolver { type: full, dir: d, hard_delete: true }"),
            Texts{"c:1:10: hard_delete of resolver needs allow_delete: set it to true"});
  EXPECT_EQ(errors_of("resolver { type: full, dir: d, allow_delete: maybe }"),
            Texts{"c:1:46: allow_delete of resolver is true or false"});
}

TEST_F(NatsOptions, PinnedAccountsAreAListOrOne) {
  const auto pinned = [this](std::string_view text) {
    return good(text).authorization.operator_mode.pinned_accounts;
  };
  EXPECT_EQ(pinned("resolver_pinned_accounts: [ A1, A2 ]"), (Texts{"A1", "A2"}));
  EXPECT_EQ(pinned("resolver_pinned_accounts: A1"), Texts{"A1"});
}

TEST_F(NatsOptions, WhatIsKnownButNotDoneIsAnErrorUnlessItIsOff) {
  EXPECT_EQ(errors_of("cluster { port: 6222 }\njetstream: enabled\nsyslog: true\n"
                      "leafnodes { port: 7422 }\ngateway { name: x }\nwebsocket { port: 1 }\n"
                      "mqtt { port: 1 }\nresolver_tls { a: b }\nfeature_flags { a: b }\nocsp: true\n"
                      "write_timeout: retry\nproxies { trusted: [] }\nproxy_protocol: true"),
            (Texts{"c:1:1: not supported yet: clusters", "c:2:1: not supported yet: JetStream",
                   "c:3:1: not supported yet: logging to syslog", "c:4:1: not supported yet: leaf nodes",
                   "c:5:1: not supported yet: gateways", "c:6:1: not supported yet: websockets",
                   "c:7:1: not supported yet: MQTT", "c:8:1: not supported yet: account resolvers over HTTP",
                   "c:9:1: not supported yet: feature flags", "c:10:1: not supported yet: OCSP",
                   "c:11:1: not supported yet: retries after the write deadline",
                   "c:12:1: not supported yet: proxies that vouch for clients",
                   "c:13:1: not supported yet: the PROXY protocol"}));
  (void)good(
      "jetstream: false; mappings {}; accounts: {}; ocsp: 'never'; write_timeout: close; "
      "proxy_protocol: no; prof_port: 0; trusted: []; syslog: off; remote_syslog: ''");
}

TEST_F(NatsOptions, AnOptionSetUnderTwoNamesGivesAWarningAndTheLaterCounts) {
  EXPECT_EQ(options_of("max_conn: 1\nmax_connections: 2").limits.connections_max, 2);
  EXPECT_EQ(warnings_,
            Texts{"c:2:18: max_connections was already set on line 1, by this or another "
                  "name; the later value counts"});
  EXPECT_EQ(options_of("listen: 1:5\nport: 6").listen.port, 6);
}

TEST_F(NatsOptions, AVariableNamedLikeAnOptionGivesNoWarning) {
  EXPECT_EQ(good("PORT = 4333\nport: $PORT").listen.port, 4333);
}

TEST_F(NatsOptions, AnInvalidValueIsReportedOnce) {
  EXPECT_EQ(
      errors_of("port: $NO_SUCH\nping_interval: $NO_SUCH\ntls: $NO_SUCH\nserver_tags: $NO_SUCH\n"
                "authorization { users: $NO_SUCH }\ncluster: $NO_SUCH")
          .size(),
      6u);
}

TEST_F(NatsOptions, ASecretIsNeverShownWhateverIsWrongWithIt) {
  for (const char* text : {"authorization { password: 31337 }", "authorization { token: [31337] }",
                           "authorization { users [ {user: a, password: {x: 31337}} ] }",
                           "authorization { pasword: 31337 }", "password: 31337"}) {
    const Texts errors = errors_of(text);
    ASSERT_EQ(errors.size(), 1u) << text;
    EXPECT_EQ(errors[0].find("31337"), std::string::npos) << errors[0];
  }
}

TEST_F(NatsOptions, AccountsHaveUsersOfTheirOwn) {
  const AuthorizationOptions auth =
      good("accounts { A { users: [ { user: a, pass: x, permissions { publish: p } } ]\n"
           "default_permissions { subscribe: s } }, B {}, $SYS { users = [ { user: ops, password: o } ] } }\n"
           "system_account: \"$SYS\"\nno_auth_user: a")
          .authorization;
  ASSERT_EQ(auth.accounts.size(), 3u);
  EXPECT_EQ(auth.accounts[0].name, "A");
  ASSERT_EQ(auth.accounts[0].users.size(), 1u);
  EXPECT_EQ(auth.accounts[0].users[0].name, "a");
  EXPECT_TRUE(auth.accounts[0].users[0].permissions);
  EXPECT_TRUE(auth.accounts[0].default_permissions);
  EXPECT_TRUE(auth.accounts[1].users.empty());
  EXPECT_EQ(auth.accounts[2].name, "$SYS");
  EXPECT_EQ(auth.system_account, "$SYS");
  EXPECT_EQ(good("accounts: [ X, Y ]").authorization.accounts.size(), 2u);
}

TEST_F(NatsOptions, MistakesInAccountsAreAllReported) {
  EXPECT_EQ(errors_of("accounts {\n A { users: 7 }\n A2 {}\n \"$G\" {}\n B: 5\n"
                      " C { exports: [ { stream: x..y } ] }\n D { jetstream: disabled, userz: [] } }"),
            (Texts{"c:2:13: accounts.users needs a list of users, found a whole number",
                   "c:4:2: the account $G is everybody else's: list its users in authorization",
                   "c:5:5: accounts needs a block {} for each account, found a whole number",
                   "c:6:17: \"x..y\" is not a valid subject",
                   "c:7:27: unknown field \"userz\"; did you mean \"users\"?"}));
}

}  // namespace
}  // namespace antiphon
