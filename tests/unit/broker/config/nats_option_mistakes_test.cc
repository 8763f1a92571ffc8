// What is wrong with options in the NATS grammar is said, once, and without secrets.
#include "tests/unit/broker/config/nats_options_scene.h"

namespace antiphon {
namespace {

class NatsOptionMistakes : public NatsOptionsScene {};

TEST_F(NatsOptionMistakes, OptionsThatSetNothingAreStillChecked) {
  EXPECT_EQ(errors_of("connect_error_reports: x\nno_system_account: 1\ntls { insecure: 1 }"),
            (Texts{"c:1:24: connect_error_reports needs a whole number, found a string",
                   "c:2:20: no_system_account needs true or false, found a whole number",
                   "c:3:17: tls.insecure needs true or false, found a whole number"}));
}

TEST_F(NatsOptionMistakes, ValuesOfAnotherKindAreErrorsThatNameBoth) {
  EXPECT_EQ(errors_of("port: a\ndebug: 1\nhost: 5\nhttp: true\nserver_tags: {}\nmax_payload: 1.5"),
            (Texts{"c:1:7: port needs a whole number, found a string",
                   "c:2:8: debug needs true or false, found a whole number",
                   "c:3:7: host needs text: put it in quotes, found a whole number",
                   "c:4:7: http needs host:port or a port, found a boolean",
                   "c:5:14: server_tags needs a list of texts, found a block {}",
                   "c:6:14: max_payload needs a whole number, found a fraction"}));
}

TEST_F(NatsOptionMistakes, ValuesOutOfBoundsAreErrors) {
  EXPECT_EQ(
      errors_of("port: 65536\nhttp_port: -2\nmax_payload: 3g\nmax_pending: -1\nping_max: -1"),
      (Texts{"c:1:7: port must be at most 65535", "c:2:12: http_port must be at least -1",
             "c:3:14: max_payload must be at most 2147483647",
             "c:4:14: max_pending must be at least 0", "c:5:11: ping_max must be at least 0"}));
  EXPECT_EQ(errors_of("listen: 'nohost'"),
            Texts{"c:1:9: listen needs host:port or a port; an IPv6 host stands in []"});
  EXPECT_EQ(errors_of("listen: '::1:4222'").size(), 1u);
}

TEST_F(NatsOptionMistakes, UnknownFieldsAreErrorsUnlessUsedAsVariables) {
  EXPECT_EQ(
      errors_of("MY_PORT = 5000\nOTHER = 1\nport: $MY_PORT\nauthorization { X = t; token: $X }"),
      Texts{"c:2:1: unknown field \"OTHER\""});
  EXPECT_EQ(errors_of("max_payloads: 1\ntls { cert_files: x }"),
            (Texts{"c:1:1: unknown field \"max_payloads\"; did you mean \"max_payload\"?",
                   "c:2:7: unknown field \"cert_files\"; did you mean \"cert_file\"?"}));
}

TEST_F(NatsOptionMistakes, OnlyTheFirstUnknownFieldsGetASuggestion) {
  std::string text;
  for (size_t i = 0; i <= kSuggestionsMax; ++i) text += "max_payload" + std::to_string(i) + "=1\n";
  const Texts errors = errors_of(text);
  ASSERT_EQ(errors.size(), kSuggestionsMax + 1);
  EXPECT_NE(errors[kSuggestionsMax - 1].find("did you mean"), std::string::npos);
  EXPECT_EQ(errors[kSuggestionsMax].find("did you mean"), std::string::npos);
}

TEST_F(NatsOptionMistakes, AnUnknownFieldThatMayBeAPieceOfASecretIsNotShown) {
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

TEST_F(NatsOptionMistakes, WhatIsKnownButNotDoneIsAnErrorUnlessItIsOff) {
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

TEST_F(NatsOptionMistakes, ABlockMayLeaveOffWhatIsNotDone) {
  (void)good("jetstream { store_dir: /x, Enabled: false }; ocsp { url: 'http://x', mode: never }; cluster {}");
  EXPECT_EQ(errors_of("jetstream { enabled: true }\nocsp { mode: auto }\nwebsocket { no_tls: false }"),
            (Texts{"c:1:1: not supported yet: JetStream", "c:2:1: not supported yet: OCSP",
                   "c:3:1: not supported yet: websockets"}));
}

TEST_F(NatsOptionMistakes, AnOptionSetUnderTwoNamesGivesAWarningAndTheLaterCounts) {
  EXPECT_EQ(options_of("max_conn: 1\nmax_connections: 2").limits.connections_max, 2);
  EXPECT_EQ(warnings_,
            Texts{"c:2:18: max_connections was already set on line 1, by this or another "
                  "name; the later value counts"});
  EXPECT_EQ(options_of("listen: 1:5\nport: 6").listen.port, 6);
}

TEST_F(NatsOptionMistakes, AVariableNamedLikeAnOptionGivesNoWarning) {
  EXPECT_EQ(good("PORT = 4333\nport: $PORT").listen.port, 4333);
}

TEST_F(NatsOptionMistakes, AnInvalidValueIsReportedOnce) {
  EXPECT_EQ(
      errors_of("port: $NO_SUCH\nping_interval: $NO_SUCH\ntls: $NO_SUCH\nserver_tags: $NO_SUCH\n"
                "authorization { users: $NO_SUCH }\ncluster: $NO_SUCH")
          .size(),
      6u);
}

TEST_F(NatsOptionMistakes, ASecretIsNeverShownWhateverIsWrongWithIt) {
  for (const char* text : {"authorization { password: 31337 }", "authorization { token: [31337] }",
                           "authorization { users [ {user: a, password: {x: 31337}} ] }",
                           "authorization { pasword: 31337 }", "password: 31337"}) {
    const Texts errors = errors_of(text);
    ASSERT_EQ(errors.size(), 1u) << text;
    EXPECT_EQ(errors[0].find("31337"), std::string::npos) << errors[0];
  }
}

}  // namespace
}  // namespace antiphon
