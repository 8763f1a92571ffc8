#include "cli/federation_trace.h"

#include <gtest/gtest.h>

#include "cli/federation_request.h"

namespace antiphon {
namespace {

using fleet::FederatedTrace;
using fleet::TraceResult;

const TraceResult kResult{"nats://fed:4222", {}, ""};

FederatedTrace unanswered() {
  return {"ams", "r1", "c.node.web1", false, "", -1, "", {}};
}

TraceWitness witness(std::string identity = "fed1", std::string cluster = "ams") {
  TraceWitness made;
  made.identity = std::move(identity);
  made.cluster = std::move(cluster);
  made.collective_connected = true;
  made.collective_server = "nats://ams:4222";
  made.seen = true;
  made.published = 1;
  return made;
}

std::string drawn(const FederatedTrace& trace, const std::vector<TraceWitness>& witnesses) {
  return trace_text(kResult, trace, witnesses, "web1", 2);
}

TEST(FederationTrace, DrawsTheWholeWay) {
  FederatedTrace trace = unanswered();
  trace.delay_ns = 3'400'000;
  trace.sender = "web1";
  trace.hops = {{"nats://fed:4222", "bastion", "nats://fed:4222"},
                {"nats://fed:4222", "fed1 (choria_nats_ingest:0, choria_request_transformer:0, choria_nats_egest:0)", "nats://ams:4222"},
                {"nats://ams:4222", "web1", "nats://ams:4222"},
                {"nats://ams:4222", "fed2 (choria_nats_ingest:3, choria_reply_transformer:0, choria_nats_egest:0)", "nats://fed:4222"}};
  TraceWitness one = witness();
  one.first_reply_ms = 2.14;
  EXPECT_EQ(drawn(trace, {one}),
            "web1 through ams: answered after 3.4 ms\n"
            "  bastion                          asks at nats://fed:4222\n"
            "  fed1                             nats://fed:4222 -> nats://ams:4222  (its collective took 2.1 ms)\n"
            "  web1                             answers at nats://ams:4222\n"
            "  fed2                             nats://ams:4222 -> nats://fed:4222\n"
            "  bastion                          has the answer after 3.4 ms  (1.3 ms to fed1 and back)\n");
  trace.sender = "web2";
  EXPECT_NE(drawn(trace, {}).find("the answer calls itself web2"), std::string::npos);
}

TEST(FederationTrace, SaysWhenNobodyServesTheFederation) {
  FederatedTrace trace = unanswered();
  trace.nobody_listens = true;
  EXPECT_EQ(drawn(trace, {witness()}),
            "web1 through ams: nobody serves this federation\n"
            "  this program                     asks at nats://fed:4222\n"
            "  last seen by the broker nats://fed:4222: no federation broker of ams listens there\n");
}

TEST(FederationTrace, ARefusalIsNoAnswerOfTheNode) {
  FederatedTrace trace = unanswered();
  trace.refusal = "not passed on by the federation broker of ams: rate_limited";
  trace.sender = "fed1";
  EXPECT_EQ(drawn(trace, {witness()}),
            "web1 through ams: refused\n"
            "  this program                     asks at nats://fed:4222\n"
            "  fed1                             says: not passed on by the federation broker of ams: rate_limited\n"
            "  last seen by fed1\n");
}

TEST(FederationTrace, NamesTheLastThatSawTheRequest) {
  EXPECT_EQ(drawn(unanswered(), {witness("other", "nyc"), witness()}),
            "web1 through ams: no answer within 2.0 s\n"
            "  this program                     asks at nats://fed:4222\n"
            "  fed1                             passed it on to nats://ams:4222; no answer came back\n"
            "  last seen by fed1\n");
  TraceWitness one = witness();
  one.nobody_listens = true;
  EXPECT_NE(drawn(unanswered(), {one}).find("passed it on to nats://ams:4222, where nobody listens to c.node.web1"), std::string::npos);
  one.elsewhere = 1;
  EXPECT_NE(drawn(unanswered(), {one}).find("left it out: nobody listens to c.node.web1 there"), std::string::npos);
  one = witness();
  one.refusal = "rate_limited";
  EXPECT_NE(drawn(unanswered(), {one}).find("refused it: rate_limited"), std::string::npos);
  one = witness();
  one.first_reply_ms = 4;
  EXPECT_NE(drawn(unanswered(), {one}).find("an answer back after 4.0 ms: lost between it and here"), std::string::npos);
}

TEST(FederationTrace, KnowsWhatItWasNotTold) {
  EXPECT_NE(drawn(unanswered(), {}).find("name them with --brokers"), std::string::npos);
  TraceWitness one = witness();
  one.seen = false;
  EXPECT_NE(drawn(unanswered(), {one}).find("none of the 1 federation brokers that were asked has seen it"), std::string::npos);
}

TEST(FederationTrace, ReadsWhatAFederationBrokerSays) {
  federation::RequestReport report;
  report.identity = "fed1";
  report.cluster = "ams";
  report.collective_connected = true;
  report.collective_server = "nats://ams:4222";
  report.record.messages = 1;
  report.record.published = 1;
  report.record.begun_ns = 100'000'000;
  report.record.replies = 1;
  report.record.first_reply_ns = 103'250'000;
  federation::TargetReport target;
  target.facts.absent_ms_ago = 7;
  TraceWitness got;
  ASSERT_TRUE(read_witness(federation_request_json("r1", report), federation_target_json("c.node.a", target), got));
  EXPECT_EQ(got.identity, "fed1");
  EXPECT_EQ(got.first_reply_ms, 3.25);
  EXPECT_TRUE(got.seen && got.nobody_listens && got.collective_connected);
  EXPECT_EQ(got.refusal, "");
  EXPECT_FALSE(read_witness("{}", "{}", got));
  EXPECT_FALSE(read_witness("<html>", "", got));
}

}  // namespace
}  // namespace antiphon
