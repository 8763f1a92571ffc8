#include "broker/system/service_options.h"

#include <gtest/gtest.h>

namespace antiphon {
namespace {

Query connz(std::string_view body) {
  const ServiceOptions options = read_service_options(SystemService::kConnz, body);
  EXPECT_EQ(options.error, "") << body;
  return options.arguments;
}

TEST(ServiceOptions, AnEmptyBodyAsksForEverything) {
  const ServiceOptions options = read_service_options(SystemService::kVarz, "");
  EXPECT_EQ(options.error, "");
  EXPECT_TRUE(options.filter.meets({}, {}));
}

TEST(ServiceOptions, FieldsAreThePagesArguments) {
  const Query query = connz(R"({"sort":"idle","auth":true,"offset":3,"limit":7,"cid":9,"user":"u",
      "acc":"A","mqtt_client":"m","state":1})");
  EXPECT_EQ(query.get("sort"), "idle");
  EXPECT_EQ(query.get("auth"), "true");
  EXPECT_EQ(query.get("offset"), "3");
  EXPECT_EQ(query.get("limit"), "7");
  EXPECT_EQ(query.get("cid"), "9");
  EXPECT_EQ(query.get("user"), "u");
  EXPECT_EQ(query.get("acc"), "A");
  EXPECT_EQ(query.get("state"), "closed");
}

TEST(ServiceOptions, DetailsWinOverTheListOfSubscriptions) {
  EXPECT_EQ(connz(R"({"subscriptions":true})").get("subs"), "true");
  for (const char* body : {R"({"subscriptions":true,"subscriptions_detail":true})",
                           R"({"subscriptions_detail":true,"subscriptions":true})"}) {
    EXPECT_EQ(connz(body).get("subs"), "detail") << body;
  }
  EXPECT_EQ(connz(R"({"subscriptions":false,"subscriptions_detail":false})").get("subs"), "");
}

TEST(ServiceOptions, SubszHasItsOwnNames) {
  const auto options = read_service_options(
      SystemService::kSubsz, R"({"subscriptions":true,"account":"A","test":"a.b"})");
  EXPECT_EQ(options.arguments.get("subs"), "true");
  EXPECT_EQ(options.arguments.get("acc"), "A");
  EXPECT_EQ(options.arguments.get("test"), "a.b");
}

TEST(ServiceOptions, AccountOfAccountz) {
  EXPECT_EQ(read_service_options(SystemService::kAccountz, R"({"account":"A"})").account, "A");
}

TEST(ServiceOptions, WhatCannotBeReadIsSaid) {
  for (const char* body : {"{", "[]", "5", "null", "x", "{\"a\":}"}) {
    EXPECT_EQ(read_service_options(SystemService::kVarz, body).error,
              "the request's body is no JSON object")
        << body;
  }
  for (const char* body : {R"({"server_name":5})", R"({"tags":"x"})", R"({"exact_match":"yes"})"}) {
    EXPECT_NE(read_service_options(SystemService::kVarz, body).error, "") << body;
  }
  const std::string long_body(ServiceOptions::kBodyBytesMax + 1, ' ');
  EXPECT_NE(read_service_options(SystemService::kVarz, long_body).error, "");
}

TEST(ServiceOptions, OddValuesDoNoHarm) {
  for (const char* body : {R"({"state":9})", R"({"state":"open"})", R"({"limit":{}})", R"({"sort":[1]})",
                           R"({"cid":-1})", R"({"cid":18446744073709551616})", R"({"":""})"}) {
    (void)read_service_options(SystemService::kConnz, body);
  }
}

class ServerFilterTest : public testing::Test {
 protected:
  bool meets(std::string_view body) {
    return read_service_options(SystemService::kVarz, body).filter.meets(server_, identity_);
  }
  ServerFilterTest() {
    server_.server_name = "east-1";
    server_.host = "10.0.0.1";
    identity_.tags = {"rack:1", "dc:e"};
  }
  ServerFacts server_;
  IdentityOptions identity_;
};

TEST_F(ServerFilterTest, NamesAreParts) {
  EXPECT_TRUE(meets(R"({"server_name":"east"})"));
  EXPECT_FALSE(meets(R"({"server_name":"west"})"));
  EXPECT_FALSE(meets(R"({"server_name":"east","exact_match":true})"));
  EXPECT_TRUE(meets(R"({"server_name":"east-1","exact_match":true})"));
  EXPECT_TRUE(meets(R"({"host":"10.0"})"));
  EXPECT_FALSE(meets(R"({"host":"10.9"})"));
}

TEST_F(ServerFilterTest, AllTagsAreNeeded) {
  EXPECT_TRUE(meets(R"({"tags":["dc:e","rack:1"]})"));
  EXPECT_FALSE(meets(R"({"tags":["dc:e","rack:2"]})"));
}

TEST_F(ServerFilterTest, ThereIsNoClusterAndNoDomain) {
  EXPECT_FALSE(meets(R"({"cluster":"c"})"));
  EXPECT_FALSE(meets(R"({"domain":"d"})"));
}

}  // namespace
}  // namespace antiphon
