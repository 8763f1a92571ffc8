#include "cli/federation_request.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace antiphon {
namespace {

using federation::RequestReport;
using Names = std::vector<std::string>;

RequestReport report(std::string identity, std::string cluster) {
  RequestReport made;
  made.identity = std::move(identity);
  made.cluster = std::move(cluster);
  made.ready = made.federation_connected = made.collective_connected = true;
  return made;
}

RequestReport seen(std::string identity, std::string cluster, Names asked, Names answered, Names here) {
  RequestReport made = report(std::move(identity), std::move(cluster));
  made.seen = true;
  made.record.begun_ns = 1'000'000'000;
  made.record.messages = 1;
  made.record.targets = static_cast<uint32_t>(asked.size());
  made.record.published = made.record.targets;
  made.record.replies = static_cast<uint32_t>(answered.size());
  if (!answered.empty()) made.record.first_reply_ns = made.record.last_reply_ns = 1'012'340'000;
  made.asked = std::move(asked);
  made.answered = std::move(answered);
  made.here = std::move(here);
  return made;
}

WholeRequest whole(const std::vector<RequestReport>& reports) {
  WholeRequest made;
  for (const RequestReport& one : reports) {
    EXPECT_TRUE(add_request_page(federation_request_json("r1", one), made));
  }
  find_missing(made);
  return made;
}

TEST(FederationRequest, BrokersOfOneClusterShareMessagesAndReplies) {
  const WholeRequest made = whole({seen("fed1", "ams", {"a", "b"}, {"c"}, {"c"}),
                                   seen("fed2", "ams", {"c", "d"}, {"a", "d"}, {"a", "b", "d"})});
  EXPECT_EQ(request_text("r1", made, 20),
            "request r1: expected 4, answered 3, missing 1\n"
            "  ams         asked 4 targets in 2 messages, passed on 4, answered 3, the last after 12.3 ms\n"
            "    missing 1: b\n");
}

TEST(FederationRequest, ANodeThatAnotherFederationHasIsNotMissingHere) {
  RequestReport nyc = seen("fed2", "nyc", {"a", "b"}, {"b"}, {"b"});
  nyc.record.published = 1;
  nyc.record.elsewhere = 1;
  const WholeRequest made = whole({seen("fed1", "ams", {"a", "b"}, {"a"}, {"a"}), nyc});
  EXPECT_EQ(made.missing(), 0u);
  EXPECT_NE(request_text("r1", made, 20).find(
                "  nyc         asked 2 targets in 1 messages, passed on 1, 1 are not here, answered 1"),
            std::string::npos);
}

TEST(FederationRequest, WhomNobodyKnowsIsNamedToo) {
  const WholeRequest made = whole({seen("fed1", "ams", {"a", "x", "y"}, {"a"}, {"a"})});
  EXPECT_EQ(made.missing(), 2u);
  EXPECT_NE(request_text("r1", made, 1).find("  known in none of them: x and 1 more\n"), std::string::npos);
}

TEST(FederationRequest, OfABroadcastTheMissingAreThoseOfASiteThatIsCutOff) {
  RequestReport ams = seen("fed1", "ams", {}, {"a", "b"}, {"a", "b"});
  ams.record.broadcasts = ams.record.targets = ams.record.published = 1;
  RequestReport nyc = report("fed2", "nyc");
  nyc.ready = nyc.collective_connected = false;
  nyc.here = {"m", "n"};
  const WholeRequest made = whole({ams, nyc});
  EXPECT_EQ(request_text("r1", made, 20),
            "request r1: expected 4, answered 2, missing 2\n"
            "  a broadcast: expected is who was heard from lately; a filter may leave some out\n"
            "  ams         asked 1 targets in 1 messages, passed on 1, answered 2, the last after 12.3 ms\n"
            "  nyc         has not seen it; 1 of 1 federation brokers NOT CONNECTED\n"
            "    missing 2: m, n\n");
  const auto json = nlohmann::json::parse(request_json("r1", made));
  EXPECT_EQ(json["missing"], 2);
  EXPECT_EQ(json["clusters"]["nyc"]["missing"], (Names{"m", "n"}));
  EXPECT_EQ(json["clusters"]["ams"]["seen"], true);
}

TEST(FederationRequest, RefusalsHaveTheirReason) {
  RequestReport ams = seen("fed1", "ams", {"a"}, {}, {});
  ams.record.published = 0;
  ams.record.refused = 1;
  ams.record.refusal = federation::Refusal::kRateLimited;
  EXPECT_NE(request_text("r1", whole({ams}), 20).find("1 messages refused: rate_limited"), std::string::npos);
}

TEST(FederationRequest, NobodyHasSeenIt) {
  EXPECT_EQ(request_text("r1", whole({report("fed1", "ams")}), 20),
            "request r1: nobody who was asked has seen it\n");
}

TEST(FederationRequest, OtherPagesAreNone) {
  WholeRequest made;
  for (const char* text : {"", "{}", "[]", "<html>", R"({"cluster":1})"}) {
    EXPECT_FALSE(add_request_page(text, made)) << text;
  }
}

TEST(FederationTarget, SaysWhereARequestWouldGo) {
  federation::TargetReport report{"fed1", "ams", true, federation::PlacementMode::kOn, {-1, 250, true}};
  const auto json = nlohmann::json::parse(federation_target_json("c.node.a", report));
  EXPECT_EQ(json["target"], "c.node.a");
  EXPECT_EQ(json["placement"], "on");
  EXPECT_TRUE(json["heard_ms_ago"].is_null());
  EXPECT_EQ(json["absent_ms_ago"], 250);
  EXPECT_EQ(json["left_out"], true);
}

}  // namespace
}  // namespace antiphon
