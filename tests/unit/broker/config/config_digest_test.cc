#include "broker/config/config_digest.h"

#include <gtest/gtest.h>

#include "broker/config/nats_parser.h"
#include "tests/unit/broker/config/config_world.h"

namespace antiphon {
namespace {

ConfigMap tree_of(std::string_view text) {
  const ConfigWorld world;
  Diagnostics diagnostics;
  ParsedNatsConfig parsed = parse_nats_config("c", text, world.inputs(), diagnostics);
  EXPECT_FALSE(diagnostics.has_errors()) << text;
  return std::move(parsed.root);
}

// The digests in this file are what `nats-server -t` 2.15.2 prints for the same text.
TEST(ConfigDigest, EqualsTheReferenceServers) {
  EXPECT_EQ(config_digest(tree_of("port: 4222\n")),
            "sha256:797533ebd0dfba7d34a0f9337ecf147e442871f48ddfd07ed751575a5737267e");
  EXPECT_EQ(config_digest(tree_of("tls {}\n")),
            "sha256:95df13b78f4693a772a4f71682e038eaa354156e9748518c69c325de14b71b90");
  EXPECT_EQ(config_digest(tree_of("server_name: (\nabc\n)\n")),
            "sha256:476bc98977c2b0b11ed1bac4620058c95ba3ba0f62927457f426b971c6b8d10b");
  EXPECT_EQ(config_digest(tree_of("foo: 1\nport: $foo\n")),
            "sha256:070e471a9d9c90b8185c1e339e613324ccdf3984a6c24c38fa5bb9eb4ba3047a");
}

TEST(ConfigDigest, EqualsTheReferenceServersForEveryKindOfValue) {
  EXPECT_EQ(
      config_digest(tree_of(
          "# order, comments and case of values do not matter; keys are sorted\n"
          "zeta = 1.5\n"
          "alpha { b = [1, 2k, -3], A = \"<&> \\x07 \xC3\xA9\" , when = 2016-05-04T18:53:41Z }\n"
          "Tiny = 0.0000005; huge = 123456789012345678901234567890.5; whole = 3.0\n"
          "V = \"v\"; w = $V; on = yes; e = {}; l = []\n"
          "hash = $2a$11$x\n")),
      "sha256:6b5eb1e40f12cdd68f21f8b458300742a25daad6384e3310effec577df2333f0");
}

TEST(ConfigDigest, FractionsAreWrittenAsGoDoes) {
  EXPECT_EQ(
      config_json(tree_of("a = 0.000001; b=0.00000012; c=999999999999999868928.0; "
                          "d=1000000000000000000000.0; e=-0.0; f=0.1; h=100.0; i=-1234.5678")),
      "{\"a\":0.000001,\"b\":1.2e-7,\"c\":999999999999999900000,\"d\":1e+21,\"e\":-0,"
      "\"f\":0.1,\"h\":100,\"i\":-1234.5678}\n");
}

TEST(ConfigDigest, DoesNotDependOnOrderOrForm) {
  EXPECT_EQ(config_digest(tree_of("a=1\nb { c: 'x' }")),
            config_digest(tree_of("{\"b\": {\"c\": \"x\"}, \"a\": 1}")));
  EXPECT_NE(config_digest(tree_of("a=1")), config_digest(tree_of("a='1'")));
  EXPECT_NE(config_digest(tree_of("a=1")), config_digest(tree_of("A=1")));
}

}  // namespace
}  // namespace antiphon
