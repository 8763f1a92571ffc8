#include "cli/federation_pages.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "cli/federation_json.h"
#include "cli/federation_status.h"

namespace antiphon {
namespace {

federation::RelayReport report() {
  federation::RelayReport made;
  made.identity = "fed1";
  made.cluster = "dc1";
  made.directions[0] = {.received = 5, .transformed = 4, .forwarded = 3, .published = 600,
                        .transform_ns = 2'000'000'000};
  made.directions[0].refused[static_cast<size_t>(federation::Refusal::kTargetNotAllowed)] = 2;
  made.sides[0] = {.connected = true, .server = "nats://fed:4222"};
  made.sides[1].lost_bytes = 835'227;
  return made;
}

bool has(const std::string& text, std::string_view line) {
  return text.find(std::string(line) + "\n") != std::string::npos;
}

TEST(FederationPages, MetricsHaveTheReferencesNamesAndLabels) {
  const std::string text = federation_metrics(report());
  for (const char* line :
       {R"(choria_federation_received_msgs{cluster="dc1",connected_to="federation",identity="fed1",name="nats_ingest",worker="0"} 5)",
        R"(choria_federation_received_msgs{cluster="dc1",connected_to="unconnected",identity="fed1",name="choria_request_transformer",worker="0"} 4)",
        R"(choria_federation_received_msgs{cluster="dc1",connected_to="collective",identity="fed1",name="nats_egest",worker="0"} 3)",
        R"(choria_federation_published_msgs{cluster="dc1",connected_to="collective",identity="fed1",name="nats_egest",worker="0"} 600)",
        R"(choria_federation_errors{cluster="dc1",connected_to="unconnected",identity="fed1",name="choria_request_transformer",worker="0"} 2)",
        "# TYPE choria_federation_time summary",
        R"(choria_federation_time_sum{cluster="dc1",connected_to="unconnected",identity="fed1",name="choria_request_transformer",worker="0"} 2)",
        R"(choria_federation_time_count{cluster="dc1",connected_to="unconnected",identity="fed1",name="choria_request_transformer",worker="0"} 4)",
        R"(antiphon_federation_refused_total{cluster="dc1",direction="request",reason="target_not_allowed"} 2)",
        R"(antiphon_federation_refused_total{cluster="dc1",direction="reply",reason="loop"} 0)",
        R"(antiphon_federation_connected{cluster="dc1",side="federation"} 1)",
        R"(antiphon_federation_lost_bytes_total{cluster="dc1",side="federation"} 0)",
        R"(antiphon_federation_lost_bytes_total{cluster="dc1",side="collective"} 835227)",
        R"(antiphon_federation_connected{cluster="dc1",side="collective"} 0)"}) {
    EXPECT_TRUE(has(text, line)) << line << "\nis not in\n" << text;
  }
}

// An alert on the reference's series must see what it would have seen there.
TEST(FederationPages, ErrorsAreThoseOfTheStageThatTheReferenceWouldHaveThemIn) {
  federation::RelayReport made = report();
  made.directions[0].received = 9;
  made.directions[0].ingest_ns = 3'000'000'000;
  made.directions[0].refused[static_cast<size_t>(federation::Refusal::kMalformed)] = 3;
  made.directions[0].refused[static_cast<size_t>(federation::Refusal::kNotFederated)] = 1;
  made.directions[0].refused[static_cast<size_t>(federation::Refusal::kQueueFull)] = 5;
  const std::string text = federation_metrics(made);
  const std::string ingest = R"({cluster="dc1",connected_to="federation",identity="fed1",name="nats_ingest",worker="0"})";
  const std::string transformer =
      R"({cluster="dc1",connected_to="unconnected",identity="fed1",name="choria_request_transformer",worker="0"})";
  const std::string egest = R"({cluster="dc1",connected_to="collective",identity="fed1",name="nats_egest",worker="0"})";
  for (const std::string& line :
       {"choria_federation_received_msgs" + ingest + " 5", "choria_federation_errors" + ingest + " 4",
        "choria_federation_errors" + transformer + " 2", "choria_federation_errors" + egest + " 5",
        "choria_federation_time_count" + ingest + " 9", "choria_federation_time_sum" + ingest + " 3"}) {
    EXPECT_TRUE(has(text, line)) << line << "\nis not in\n" << text;
  }
}

TEST(FederationPages, HealthIsBothSides) {
  federation::RelayReport made = report();
  EXPECT_EQ(federation_page("/healthz", made).status, 503u);
  EXPECT_NE(federation_page("/healthz", made).body.find("collective"), std::string::npos);
  made.sides[1].connected = true;
  EXPECT_EQ(federation_page("/healthz", made).status, 200u);
}

TEST(FederationPages, StatusIsJsonAndNamesReasons) {
  const auto json = nlohmann::json::parse(federation_page("/federationz", report()).body);
  EXPECT_EQ(json["cluster"], "dc1");
  EXPECT_EQ(json["requests"]["refused"]["target_not_allowed"], 2);
  EXPECT_EQ(json["federation"]["server"], "nats://fed:4222");
  EXPECT_EQ(json["ready"], false);
}

TEST(FederationStatus, SaysInAFewLinesWhatIsConnectedAndWhatWasRefused) {
  EXPECT_EQ(federation_status_text(federation_json(report())),
            "fed1, federation broker of dc1: NOT READY\n"
            "  federation  connected to nats://fed:4222, 0 failures, 0 complaints, queue 0 bytes "
            "(most 0), 0 pauses\n"
            "  collective  NOT CONNECTED, 0 failures, 0 complaints, queue 0 bytes (most 0), 0 pauses, 835227 bytes lost\n"
            "  requests    5 received, 3 passed on as 600 messages, 2 refused: target_not_allowed\n"
            "  replies     0 received, 0 passed on as 0 messages\n"
            "  asked       replies pass whoever has asked\n"
            "  rates       0.0 requests, 0.0 targets, 0.0 replies, 0.0 events a second\n"
            "  placement   off: 0 nodes are here, 0 targets are absent\n");
}

TEST(FederationStatus, SaysWhatRepliesAreHeldAgainst) {
  federation::RelayReport made = report();
  made.asked = {.hearing = federation::Hearing::kYes, .others_known = true, .heard = 2500,
                .forgotten = 4, .unknown_passed = 12, .waited = 3, .waiting = 1};
  made.directions[1].refused[static_cast<size_t>(federation::Refusal::kNoRequest)] = 5;
  made.directions[1].refused[static_cast<size_t>(federation::Refusal::kOtherAsker)] = 6;
  const std::string json = federation_json(made);
  const std::string text = federation_status_text(json);
  EXPECT_NE(text.find(", 5 refused: no_request, 6 refused: other_asker\n"
                      "  asked       2500 requests heard, 3 replies came before them, others share "
                      "the work, 12 replies passed unknown\n"),
            std::string::npos)
      << text;
  const std::string metrics = federation_metrics(made);
  for (const char* line : {R"(antiphon_federation_hears_requests{cluster="dc1"} 1)",
                           R"(antiphon_federation_others_known{cluster="dc1"} 1)",
                           R"(antiphon_federation_requests_heard_total{cluster="dc1"} 2500)",
                           R"(antiphon_federation_requests_forgotten_total{cluster="dc1"} 4)",
                           R"(antiphon_federation_unknown_replies_passed_total{cluster="dc1"} 12)",
                           R"(antiphon_federation_replies_waited_total{cluster="dc1"} 3)",
                           R"(antiphon_federation_replies_waiting{cluster="dc1"} 1)"}) {
    EXPECT_TRUE(has(metrics, line)) << line;
  }
  made.asked = {.hearing = federation::Hearing::kForbidden};
  EXPECT_NE(federation_status_text(federation_json(made)).find(", LISTENING IS FORBIDDEN: replies pass "), std::string::npos);
  auto earlier = nlohmann::json::parse(json);
  earlier.erase("asked");
  EXPECT_NE(federation_status_text(earlier.dump()), "") << "of an earlier version";
}

TEST(FederationStatus, SaysWhatPassedLatelyAndHowMuchMay) {
  federation::RelayReport made = report();
  made.rates = {.requests = 1.5, .targets = 250, .replies = 240.5, .events = 0};
  made.limits = {.requests_per_s = 100, .events_per_s = 1000};
  const std::string json = federation_json(made);
  EXPECT_NE(federation_status_text(json).find("  rates       1.5 requests, 250.0 targets, 240.5 replies, 0.0 events "
                                              "a second; limits: 100 requests, 1000 events\n"),
            std::string::npos)
      << federation_status_text(json);
  const auto page = nlohmann::json::parse(json);
  EXPECT_EQ(page["rates"]["targets"], 250);
  EXPECT_EQ(page["limits"]["requests_rate"], 100);
  EXPECT_EQ(page["limits"]["targets_rate"], 0);
  auto earlier = page;
  earlier.erase("rates");
  EXPECT_NE(federation_status_text(earlier.dump()), "") << "of an earlier version";
}

TEST(FederationStatus, SaysWhatPlacementKnowsAndWhatGoesUp) {
  federation::RelayReport made = report();
  made.placement = {.mode = federation::PlacementMode::kOn, .here = 40, .absent = 7,
                    .signs = {3, 0, 9, 1}, .nameless = 2};
  made.directions[0].elsewhere_targets = 90;
  made.events.received = 5;
  made.events.forwarded = 3;
  made.events.refused[static_cast<size_t>(federation::Refusal::kRateLimited)] = 2;
  made.requests.push_back({"r1", 1500, 200, 110, 90, 0, 108});
  const std::string json = federation_json(made);
  const std::string text = federation_status_text(json);
  EXPECT_NE(text.find("3 passed on as 600 messages, 90 targets are not here, 2 refused"), std::string::npos) << text;
  EXPECT_NE(text.find("  placement   on: 40 nodes are here, 7 targets are absent, 3 signs of startup, "
                      "9 signs of registration, 1 signs of shutdown\n"
                      "  events      5 received, 3 passed up, 2 refused: rate_limited\n"), std::string::npos) << text;
  EXPECT_EQ(federation_requests_text(json),
            "  request     r1 1.5 s ago: 200 targets, 110 passed on, 90 not here, 0 refused, 108 replies\n");
  const std::string metrics = federation_metrics(made);
  for (const char* line : {R"(antiphon_federation_elsewhere_targets_total{cluster="dc1"} 90)",
                           R"(antiphon_federation_nodes_here{cluster="dc1",mode="on"} 40)",
                           R"(antiphon_federation_absent_targets{cluster="dc1",mode="on"} 7)",
                           R"(antiphon_federation_life_signs_total{cluster="dc1",sign="registration"} 9)",
                           R"(antiphon_federation_life_signs_total{cluster="dc1",sign="alive"} 0)",
                           R"(antiphon_federation_nameless_signs_total{cluster="dc1"} 2)",
                           R"(antiphon_federation_events_total{cluster="dc1"} 3)",
                           R"(antiphon_federation_events_refused_total{cluster="dc1",reason="rate_limited"} 2)"}) {
    EXPECT_TRUE(has(metrics, line)) << line;
  }
}

TEST(FederationPages, EveryReasonHasASample) {
  federation::RelayReport made = report();
  for (size_t i = 1; i < federation::kRefusals; ++i) {
    for (auto* refused : {&made.directions[0].refused, &made.directions[1].refused, &made.events.refused}) {
      (*refused)[i] = 1000 + i;
    }
  }
  const std::string text = federation_metrics(made);
  for (size_t i = 1; i < federation::kRefusals; ++i) {
    const std::string reason(refusal_name(static_cast<federation::Refusal>(i)));
    const std::string rest = "reason=\"" + reason + "\"} " + std::to_string(1000 + i);
    for (const char* begin : {R"(antiphon_federation_refused_total{cluster="dc1",direction="request",)",
                              R"(antiphon_federation_refused_total{cluster="dc1",direction="reply",)",
                              R"(antiphon_federation_events_refused_total{cluster="dc1",)"}) {
      EXPECT_TRUE(has(text, begin + rest)) << begin << rest;
    }
  }
}

TEST(FederationPages, WhatIsElsewhereIsNoError) {
  federation::RelayReport made = report();
  made.directions[0].refused[static_cast<size_t>(federation::Refusal::kElsewhere)] = 50;
  EXPECT_TRUE(has(federation_metrics(made),
                  R"(choria_federation_errors{cluster="dc1",connected_to="unconnected",identity="fed1",name="choria_request_transformer",worker="0"} 2)"));
}

TEST(FederationStatus, KnowsNothingOfOtherPages) {
  for (const char* text : {"", "{}", "[]", "<html>", R"({"identity":1})"}) {
    EXPECT_EQ(federation_status_text(text), "") << text;
  }
}

TEST(FederationPages, OtherPathsAreNotThere) {
  EXPECT_EQ(federation_page("/varz", report()).status, 404u);
  EXPECT_EQ(federation_page("/choria/prometheus", report()).status, 200u);
  EXPECT_EQ(federation_page("/metrics", report()).status, 200u);
}

}  // namespace
}  // namespace antiphon
