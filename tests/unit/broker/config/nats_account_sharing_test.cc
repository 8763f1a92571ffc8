#include "broker/config/nats_account_sharing.h"

#include "tests/unit/broker/config/nats_options_scene.h"

namespace antiphon {
namespace {

class NatsAccountSharing : public NatsOptionsScene {
 protected:
  AuthorizationOptions good(const std::string& text) {
    const BrokerOptions options = options_of(text);
    EXPECT_EQ(errors_, Texts{}) << text;
    return options.authorization;
  }
  Texts errors_of(const std::string& text) {
    options_of(text);
    return errors_;
  }
};

TEST_F(NatsAccountSharing, ExportsAndImportsAreRead) {
  const AuthorizationOptions auth = good(R"(accounts {
    A { exports: [
      { stream: "a.>" }
      { service: help, accounts: [B], response_type: chunked, response_threshold: "5s" }
      { service: "req.*.info", account_token_position: 2 } ] }
    B { imports: [
      { stream: { account: A, subject: "a.*" }, prefix: from_a }
      { service: { account: A, subject: help }, to: ask, share: true } ] }
  })");
  ASSERT_EQ(auth.accounts.size(), 2u);
  const auto& exports = auth.accounts[0].exports;
  ASSERT_EQ(exports.size(), 3u);
  EXPECT_EQ(exports[0].kind, ShareKind::kStream);
  EXPECT_EQ(exports[0].subject, "a.>");
  EXPECT_EQ(exports[0].accounts, std::nullopt);
  EXPECT_EQ(exports[1].accounts, Texts{"B"});
  EXPECT_EQ(exports[1].response, ResponseType::kChunked);
  EXPECT_EQ(exports[1].response_threshold_ms, 5000);
  EXPECT_EQ(exports[2].account_token, 2);
  EXPECT_EQ(exports[2].response_threshold_ms, 120'000);
  const auto& imports = auth.accounts[1].imports;
  ASSERT_EQ(imports.size(), 2u);
  EXPECT_EQ(imports[0].prefix, "from_a");
  EXPECT_EQ(imports[1].to, "ask");
  EXPECT_TRUE(imports[1].share);
}

TEST_F(NatsAccountSharing, MappingsAndLimitsAreRead) {
  const AuthorizationOptions auth = good(R"(
    mappings { foo: bar }
    accounts { A {
      maps { "a.*": "b.$1"
             x: [ { dest: y, weight: "30%" }, { destination: z, weight: 20 } ]
             w: { destination: v, weight: 100% } }
      limits { max_conn: 1, max_subs: 2, max_payload: 3k, max_leafnodes: -1 } } })");
  ASSERT_EQ(auth.accounts.size(), 1u);
  EXPECT_EQ(auth.mappings, (std::vector<MappingSettings>{{"foo", {{"bar", 100}}}}));
  const AccountOptions& account = auth.accounts[0];
  EXPECT_EQ(account.mappings, (std::vector<MappingSettings>{{"a.*", {{"b.$1", 100}}},
                                                            {"x", {{"y", 30}, {"z", 20}}},
                                                            {"w", {{"v", 100}}}}));
  EXPECT_EQ(account.limits.connections_max, 1);
  EXPECT_EQ(account.limits.subscriptions_max, 2);
  EXPECT_EQ(account.limits.payload_bytes_max, 3000);
  EXPECT_EQ(account.limits.leafnodes_max, -1);
}

TEST_F(NatsAccountSharing, MistakesInExportsAreToldAtTheirPlaces) {
  EXPECT_EQ(errors_of("accounts { A { exports: [\n{ }\n{ stream: a, service: b }\n"
                      "{ stream: a, response_type: stream }\n{ service: b, response: many }\n"
                      "{ service: c, threshold: soon }\n{ service: d, nosuch: 1 }\n7\n"
                      "{ service: e, latency: f }\n{ service: g, accounts: [ H ] }\n"
                      "{ service: i, account_token_position: 1 }\n"
                      "{ stream: k, allow_trace: false }\n{ service: l, allow_trace: false }\n] } }"),
            (Texts{"c:2:1: this export names no stream and no service",
                   "c:3:1: an export is a stream or a service, not both",
                   "c:4:14: \"response_type\" is for services, and this is a stream",
                   "c:5:25: response_type \"many\" is none of singleton, stream, chunked",
                   "c:6:26: \"soon\" is not a duration like \"2m\"",
                   "c:7:15: unknown field \"nosuch\" in an export; it knows stream, service, accounts, "
                   "response_type, response_threshold and account_token_position",
                   "c:8:1: an export is a block with stream or service, found a whole number",
                   "c:9:15: not supported yet: latency of services",
                   "c:10:1: there is no account \"H\"",
                   "c:11:1: account_token_position must be the place of a * in \"i\"",
                   "c:12:14: \"allow_trace\" is for services, and this is a stream"}));
}

TEST_F(NatsAccountSharing, MistakesInImportsAreToldAtTheirPlaces) {
  EXPECT_EQ(errors_of("accounts { A { exports: [ { stream: \"a.>\" } ] }\n B { imports: [\n"
                      "{ stream: { account: A, subject: b } }\n"
                      "{ stream: { account: X, subject: a.b } }\n"
                      "{ stream: { account: A } }\n"
                      "{ stream: { account: A, subject: a.b }, prefix: p, to: q }\n"
                      "{ service: { account: A, subject: a.b }, prefix: p }\n"
                      "{ to: x }\n"
                      "{ stream: { account: A, subject: a.c }, allow_trace: true }\n] } }"),
            (Texts{"c:3:1: account \"A\" does not export \"b\" to \"B\" as a stream",
                   "c:4:1: there is no account \"X\"",
                   "c:5:11: an import needs the account and the subject it comes from",
                   "c:6:49: an import has a prefix or a to, not both",
                   "c:7:1: account \"A\" does not export \"a.b\" to \"B\" as a service",
                   "c:7:50: prefix is for streams: write to",
                   "c:8:1: this import names no stream and no service",
                   "c:9:41: not supported yet: message tracing"}));
}

TEST_F(NatsAccountSharing, MistakesInMappingsAndLimitsAreToldAtTheirPlaces) {
  EXPECT_EQ(errors_of("mappings {\n a: [ { dest: b } ]\n c: [ { dest: d, weight: 101 } ]\n"
                      " e: [ { dest: f, weight: 5, cluster: g } ]\n \"h.*\": \"i.$2\"\n j: 7\n}"),
            (Texts{"c:2:7: this destination has no weight",
                   "c:3:26: a weight is a number from 0 to 100, or such a percentage",
                   "c:4:29: not supported yet: clusters",
                   "c:5:2: cannot map \"h.*\": \"$2\" names a wildcard that the source does not have",
                   "c:6:5: a mapping needs a destination, or blocks with destination and weight, "
                   "found a whole number"}));
  EXPECT_EQ(errors_of("accounts { A { limits {\n max_conn: x\n max_subs: -2\n nosuch: 1\n } } }"),
            (Texts{"c:2:12: max_conn needs a number, found a string",
                   "c:3:12: max_subs is -1 (no limit) or a number of 31 bits",
                   "c:4:2: unknown field \"nosuch\" in limits; it knows max_connections, "
                   "max_subscriptions, max_payload and max_leafnodes"}));
}

}  // namespace
}  // namespace antiphon
