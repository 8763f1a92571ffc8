#include "federation/envelope/transport_view.h"

#include <gtest/gtest.h>

#include "federation/envelope/subject_rules.h"
#include "protocol/choria/transport.h"
#include "tests/unit/federation/envelope/transports.h"
#include "tests/unit/protocol/choria/message_vectors.h"

namespace antiphon::federation {
namespace {

Refusal scan(std::string_view message, TransportLimits limits = {}) {
  TransportView view;
  return scan_transport(message, limits, view);
}

std::string list(std::string_view item, size_t count) {
  std::string out = "[";
  for (size_t i = 0; i < count; ++i) out.append(i == 0 ? "" : ",").append(item);
  return out + "]";
}

std::string with_targets(const std::string& targets) {
  return with_headers(R"({"federation":{"target":)" + targets + "}}");
}

TEST(TransportView, FindsEveryFieldOfVersionOne) {
  TransportView view;
  ASSERT_EQ(scan_transport(kRequestV1, {}, view), Refusal::kNone);
  EXPECT_EQ(view.version, TransportVersion::kV1);
  EXPECT_EQ(view.data, "e30=");
  EXPECT_EQ(view.sender, "\"bastion.example.net\"");
  EXPECT_TRUE(view.reply_to.starts_with("mcollective.reply.74ce5a"));
  ASSERT_EQ(view.hops.size(), 1u);
  EXPECT_EQ(view.hops[0].processor, "\"bastion.example.net\"");
  EXPECT_TRUE(view.federated);
  EXPECT_EQ(view.request_id, "\"8b2c6d6e9a9a4a0b8a77d1f0c36d7c11\"");
  ASSERT_EQ(view.targets.size(), 2u);
  EXPECT_EQ(view.targets[1], "mcollective.node.web2.example.net");
  EXPECT_EQ(view.federation_reply_to, "");
}

TEST(TransportView, FindsEveryFieldOfVersionTwo) {
  TransportView view;
  ASSERT_EQ(scan_transport(kRelayedRequestV2, {}, view), Refusal::kNone);
  EXPECT_EQ(view.version, TransportVersion::kV2);
  EXPECT_EQ(view.reply_to, "choria.federation.dc1.collective");
  EXPECT_EQ(view.sender, "\"client.example.net\"");
  EXPECT_EQ(view.hops.size(), 2u);
  EXPECT_EQ(view.request_id, "\"2yY8BW6nNCiEuCJ7rbWbTmSW74d\"");
  EXPECT_TRUE(view.federation_reply_to.starts_with("choria.reply.f76b"));
}

TEST(TransportView, AgreesWithTheDecoderAboutRealMessages) {
  for (const auto message :
       {vectors::kRequestTransport, vectors::kFederatedRequestTransport,
        vectors::kRelayedRequestTransport, vectors::kBareTransport, vectors::kReplyTransport}) {
    choria::Transport decoded;
    ASSERT_FALSE(choria::parse_transport(message, decoded));
    TransportView view;
    ASSERT_EQ(scan_transport(message, {}, view), Refusal::kNone);
    EXPECT_NE(message.find(view.data), std::string_view::npos);
    EXPECT_EQ(view.reply_to, decoded.reply_to);
    EXPECT_EQ(view.hops.size(), decoded.seen_by.size());
    EXPECT_EQ(view.federated, decoded.federation.has_value());
    if (decoded.federation) {
      EXPECT_EQ(view.targets.size(), decoded.federation->targets.size());
    }
  }
}

TEST(TransportView, KeepsNothingOfTheMessageBefore) {
  TransportView view;
  ASSERT_EQ(scan_transport(kRequestV1, {}, view), Refusal::kNone);
  ASSERT_EQ(scan_transport(with_headers("{}"), {}, view), Refusal::kNone);
  EXPECT_EQ(view.reply_to, "");
  EXPECT_EQ(view.sender, "");
  EXPECT_EQ(view.request_id, "");
  EXPECT_FALSE(view.federated);
  EXPECT_TRUE(view.hops.empty() && view.targets.empty());
}

TEST(TransportView, FieldsMayStandInAnyOrder) {
  TransportView view;
  const std::string_view message =
      R"( { "headers" : { "reply" : "c.reply.x" , "trace" : [ [ "a" , "b" , "c" ] ] } , "data" : "e30=" ,)"
      R"( "protocol" : "io.choria.protocol.v2.transport" } )";
  ASSERT_EQ(scan_transport(message, {}, view), Refusal::kNone);
  EXPECT_EQ(view.reply_to, "c.reply.x");
  EXPECT_EQ(view.hops.size(), 1u);
}

TEST(TransportView, UnknownFieldsAndNullsAreSkipped) {
  TransportView view;
  ASSERT_EQ(scan_transport(with_headers(
                R"({"x":[{"target":["a"]}],"reply-to":null,"mc_sender":"","seen-by":null,"federation":{"req":null,"y":1}})"),
                {}, view),
            Refusal::kNone);
  EXPECT_TRUE(view.federated);
  EXPECT_TRUE(view.targets.empty());
  ASSERT_EQ(scan_transport(with_headers("null"), {}, view), Refusal::kNone);
  EXPECT_FALSE(view.federated);
  EXPECT_EQ(scan(with_headers(R"({"federation":null})")), Refusal::kNone);
}

TEST(TransportView, HeadersMayBeMissing) {
  EXPECT_EQ(scan(R"({"protocol":"io.choria.protocol.v2.transport","data":"e30="})"),
            Refusal::kNone);
}

TEST(TransportView, RefusesEveryTruncation) {
  for (const std::string_view message : {kRequestV1, kRequestV2, kReplyV2}) {
    for (size_t bytes = 0; bytes < message.size(); ++bytes) {
      ASSERT_NE(scan(message.substr(0, bytes)), Refusal::kNone) << bytes;
    }
    EXPECT_EQ(scan(std::string(message) + "x"), Refusal::kMalformed);
  }
}

TEST(TransportView, NamesWhatIsWrong) {
  EXPECT_EQ(scan("PING"), Refusal::kMalformed);
  EXPECT_EQ(scan("[]"), Refusal::kMalformed);
  EXPECT_EQ(scan(R"({"protocol":"choria:transport:1"})"), Refusal::kMalformed);
  EXPECT_EQ(scan(R"({"protocol":"choria:request:1","data":"e30="})"), Refusal::kWrongProtocol);
  EXPECT_EQ(scan(R"({"protocol":"choria:transport:1","data":"e30"})"), Refusal::kBadData);
  EXPECT_EQ(scan(R"({"protocol":"choria:transport:1","Data":"e30="})"), Refusal::kAmbiguous);
  EXPECT_EQ(scan(with_headers(R"({"federation":{},"federation":{}})")), Refusal::kAmbiguous);
  EXPECT_EQ(scan(with_headers(R"({"FEDERATION":{}})")), Refusal::kAmbiguous);
  EXPECT_EQ(scan(with_headers(R"({"seen-by":[["a","b"]]})")), Refusal::kMalformed);
  EXPECT_EQ(scan(with_headers(R"({"seen-by":[["a","b","c","d"]]})")), Refusal::kMalformed);
  EXPECT_EQ(scan(with_headers(R"({"reply-to":7})")), Refusal::kMalformed);
  EXPECT_EQ(scan(with_targets(R"(["mcollective.node.a\u0062"])")), Refusal::kMalformed);
  EXPECT_EQ(scan(with_targets(R"(["a",null])")), Refusal::kMalformed);
}

TEST(TransportView, RefusesWhatIsLargerThanItsBounds) {
  TransportLimits limits;
  limits.message_bytes_max = kRequestV1.size();
  EXPECT_EQ(scan(kRequestV1, limits), Refusal::kNone);
  limits.message_bytes_max -= 1;
  EXPECT_EQ(scan(kRequestV1, limits), Refusal::kOversize);

  const std::string hop = R"(["a","b","c"])";
  limits = {.hops_max = 3};
  EXPECT_EQ(scan(with_headers(R"({"seen-by":)" + list(hop, 3) + "}"), limits), Refusal::kNone);
  EXPECT_EQ(scan(with_headers(R"({"seen-by":)" + list(hop, 4) + "}"), limits),
            Refusal::kTooManyHops);
  EXPECT_EQ(scan(with_headers(R"({"seen-by":)" + list(hop, 10'000) + "}")), Refusal::kTooManyHops);

  limits = {.targets_max = 2};
  EXPECT_EQ(scan(kRequestV1, limits), Refusal::kNone);
  EXPECT_EQ(scan(with_targets(list("\"c.node.a\"", 3)), limits), Refusal::kTooManyTargets);
  EXPECT_EQ(scan(with_targets(list("\"c.node.a\"", 10'000))), Refusal::kTooManyTargets);
  TransportView view;
  const std::string three = with_headers(R"({"federation":{"target":)" + list("\"c.node.a\"", 3) +
                                         R"(},"reply-to":"c.reply.h.i"})");
  EXPECT_EQ(scan_transport(three, limits, view), Refusal::kTooManyTargets);
  EXPECT_EQ(view.targets.size(), 2u);
  EXPECT_EQ(view.reply_to, "c.reply.h.i") << "the rest is read, so that its asker can be told";

  const std::string text(choria::kHopTextBytesMax, 'x');
  EXPECT_EQ(scan(with_headers(R"({"seen-by":[["a",")" + text + R"(","c"]]})")), Refusal::kNone);
  EXPECT_EQ(scan(with_headers(R"({"seen-by":[["a",")" + text + R"(x","c"]]})")),
            Refusal::kTextTooLong);
  const std::string subject(kPublishedSubjectBytesMax, 'x');
  EXPECT_EQ(scan(with_targets("[\"" + subject + "\"]")), Refusal::kNone);
  EXPECT_EQ(scan(with_targets("[\"" + subject + "x\"]")), Refusal::kTextTooLong);
  EXPECT_EQ(scan(with_headers(list("[", 200))), Refusal::kMalformed);
}

}  // namespace
}  // namespace antiphon::federation
