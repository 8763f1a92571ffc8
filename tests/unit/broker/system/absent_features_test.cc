#include "broker/system/absent_features.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/unit/broker/monitor/fake_server.h"

namespace antiphon {
namespace {

using Json = nlohmann::json;

std::optional<AbsentFeature> asked(SystemService service, const std::string& account = {},
                                   const std::string& profile = {}) {
  return absent_feature({service, account}, FakeServer().facts_, profile, FakeServer::kStartNs);
}

TEST(AbsentFeatures, AreAnsweredAsWhereTheyAreSwitchedOff) {
  EXPECT_EQ(asked(SystemService::kRoutez)->data,
            R"({"server_id":"NSERVERID","server_name":"broker.example.net",)"
            R"("now":"2026-11-22T14:37:21.5Z","num_routes":0,"routes":[]})");
  EXPECT_EQ(asked(SystemService::kGatewayz)->data,
            R"({"server_id":"NSERVERID","now":"2026-11-22T14:37:21.5Z",)"
            R"("outbound_gateways":{},"inbound_gateways":{}})");
  EXPECT_EQ(asked(SystemService::kLeafz)->data,
            R"({"server_id":"NSERVERID","now":"2026-11-22T14:37:21.5Z","leafnodes":0,"leafs":[]})");
  const Json jetstream = Json::parse(asked(SystemService::kJsz)->data);
  EXPECT_EQ(jetstream["disabled"], true);
  EXPECT_EQ(jetstream["api"]["level"], 0);
}

TEST(AbsentFeatures, AnAccountHasNoJetStream) {
  const auto answer = asked(SystemService::kJsz, "A");
  EXPECT_EQ(answer->error, "jetstream not enabled");
}

TEST(AbsentFeatures, AProfileIsRefusedByName) {
  EXPECT_EQ(asked(SystemService::kProfilez)->data,
            R"({"profile":null,"error":"Profile name not specified"})");
  EXPECT_NE(asked(SystemService::kProfilez, {}, "heap")->data.find(R"(Profile \"heap\" not found)"),
            std::string::npos);
}

TEST(AbsentFeatures, WhatIsThereIsNotAbsent) {
  EXPECT_FALSE(asked(SystemService::kVarz));
  EXPECT_FALSE(asked(SystemService::kAccountStatz));
}

}  // namespace
}  // namespace antiphon
