#include "protocol/nats/connect_options.h"

#include <gtest/gtest.h>

#include "protocol/nats/limits.h"

namespace antiphon {
namespace {

TEST(ConnectOptions, AreVerbosePedanticAndEchoingUnlessToldOtherwise) {
  const ConnectOptions options;
  EXPECT_TRUE(options.verbose);
  EXPECT_TRUE(options.pedantic);
  EXPECT_TRUE(options.echo);
  EXPECT_FALSE(options.headers);
  EXPECT_FALSE(options.no_responders);
  EXPECT_EQ(options.protocol, kClientProtocolZero);
}

TEST(ConnectOptions, AreReadFromEveryField) {
  ConnectOptions options;
  ASSERT_TRUE(parse_connect_options(
      R"({"verbose":false,"pedantic":false,"echo":false,"tls_required":true,"headers":true,
          "no_responders":true,"new_account":true,"protocol":1,"user":"u","pass":"p",
          "auth_token":"t","nkey":"n","jwt":"j","sig":"s","account":"a","name":"client",
          "lang":"cpp","version":"1.2"})",
      options));
  EXPECT_FALSE(options.verbose);
  EXPECT_FALSE(options.pedantic);
  EXPECT_FALSE(options.echo);
  EXPECT_TRUE(options.tls_required);
  EXPECT_TRUE(options.headers);
  EXPECT_TRUE(options.no_responders);
  EXPECT_TRUE(options.account_new);
  EXPECT_EQ(options.protocol, kClientProtocolInfo);
  EXPECT_EQ(options.user, "u");
  EXPECT_EQ(options.pass, "p");
  EXPECT_EQ(options.auth_token, "t");
  EXPECT_EQ(options.nkey, "n");
  EXPECT_EQ(options.jwt, "j");
  EXPECT_EQ(options.sig, "s");
  EXPECT_EQ(options.account, "a");
  EXPECT_EQ(options.name, "client");
  EXPECT_EQ(options.lang, "cpp");
  EXPECT_EQ(options.version, "1.2");
}

TEST(ConnectOptions, KeepWhatIsNotNamedOrNull) {
  ConnectOptions options;
  options.name = "before";
  options.echo = false;
  ASSERT_TRUE(parse_connect_options(R"({"user":"u","name":null,"echo":null})", options));
  EXPECT_EQ(options.user, "u");
  EXPECT_EQ(options.name, "before");
  EXPECT_FALSE(options.echo);
}

TEST(ConnectOptions, TakeFieldNamesInAnyCaseAndSkipUnknownOnes) {
  ConnectOptions options;
  ASSERT_TRUE(parse_connect_options(
      R"({"Verbose":false,"NAME":"x","tls_Required":true,"unknown":{"deep":[1,2,{"a":null}]}})",
      options));
  EXPECT_FALSE(options.verbose);
  EXPECT_TRUE(options.tls_required);
  EXPECT_EQ(options.name, "x");
}

TEST(ConnectOptions, TakeTheLastOfTwoEqualFields) {
  ConnectOptions options;
  ASSERT_TRUE(parse_connect_options(R"({"name":"a","name":"b"})", options));
  EXPECT_EQ(options.name, "b");
}

TEST(ConnectOptions, TakeEscapedText) {
  ConnectOptions options;
  ASSERT_TRUE(parse_connect_options("{\"pass\":\"\\u00fc\\n\\\"\"}", options));
  EXPECT_EQ(options.pass, "\xC3\xBC\n\"");
}

TEST(ConnectOptions, MayBeAnEmptyObjectOrNull) {
  ConnectOptions options;
  EXPECT_TRUE(parse_connect_options("{}", options));
  EXPECT_TRUE(parse_connect_options(" { } ", options));
  EXPECT_TRUE(parse_connect_options("null", options));
  EXPECT_TRUE(options.verbose);
}

TEST(ConnectOptions, RefuseWhatIsNoObjectOrNoJson) {
  for (const std::string_view text :
       {"", " ", "{", "[]", "1", "\"x\"", "{\"a\"}", "{'a':1}", "{\"a\":1,}", "{} x",
        "{\"verbose\":tru}", "nul"}) {
    ConnectOptions options;
    EXPECT_FALSE(parse_connect_options(text, options)) << text;
  }
}

TEST(ConnectOptions, RefuseFieldsOfTheWrongType) {
  for (const std::string_view text :
       {R"({"verbose":"true"})", R"({"verbose":1})", R"({"name":1})", R"({"user":true})",
        R"({"protocol":"1"})", R"({"protocol":1.5})", R"({"protocol":[]})", R"({"pass":{}})",
        R"({"protocol":99999999999999999999})"}) {
    ConnectOptions options;
    EXPECT_FALSE(parse_connect_options(text, options)) << text;
  }
}

TEST(ConnectOptions, BoundTheDepthOfWhatTheySkip) {
  const auto nested = [](size_t depth) {
    return "{\"x\":" + std::string(depth, '[') + std::string(depth, ']') + "}";
  };
  ConnectOptions options;
  EXPECT_TRUE(parse_connect_options(nested(kJsonDepthMax - 2), options));
  EXPECT_FALSE(parse_connect_options(nested(kJsonDepthMax + 1), options));
  EXPECT_FALSE(parse_connect_options(nested(100'000), options));
}

TEST(ConnectOptions, AreReadAgainAfterALargerOrABrokenText) {
  ConnectOptions options;
  EXPECT_FALSE(parse_connect_options("{", options));
  EXPECT_TRUE(parse_connect_options("{\"name\":\"" + std::string(100'000, 'n') + "\"}", options));
  EXPECT_EQ(options.name.size(), 100'000u);
  EXPECT_TRUE(parse_connect_options("{\"name\":\"short\"}", options));
  EXPECT_EQ(options.name, "short");
}

}  // namespace
}  // namespace antiphon
