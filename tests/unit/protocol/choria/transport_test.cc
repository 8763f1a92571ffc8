#include "protocol/choria/transport.h"

#include <gtest/gtest.h>

#include "protocol/bytes/base64.h"
#include "protocol/choria/limits.h"
#include "tests/unit/protocol/choria/message_vectors.h"

namespace antiphon::choria {
namespace {

std::string encode(const Transport& transport) {
  std::string out;
  append_transport(transport, out);
  return out;
}

Problem problem_of(std::string_view payload) {
  Transport out;
  return parse_transport(payload, out);
}

std::string with_headers(std::string_view headers) {
  return R"({"protocol":"choria:transport:1","data":"Zm9v","headers":)" + std::string(headers) +
         "}";
}

std::string repeated(std::string_view text, size_t count) {
  std::string out = "[";
  for (size_t i = 0; i < count; ++i) out.append(i == 0 ? "" : ",").append(text);
  return out + "]";
}

TEST(ChoriaTransport, ReadsAndWritesTheReferencesTransportsByteForByte) {
  for (const auto payload :
       {vectors::kRequestTransport, vectors::kFederatedRequestTransport,
        vectors::kRelayedRequestTransport, vectors::kBareTransport, vectors::kReplyTransport}) {
    Transport transport;
    ASSERT_FALSE(parse_transport(payload, transport));
    EXPECT_EQ(encode(transport), payload);
  }
}

constexpr std::string_view kTransportV2 =
    R"({"protocol":"io.choria.protocol.v2.transport","data":"Zm9v","headers":{"reply":"choria.reply.h.i",)"
    R"("sender":"n1","trace":[["a","b","c"]],"federation":{"request":"1","reply":"r","targets":["choria.node.n1"]}}})";

TEST(ChoriaTransport, OfVersionTwoHasOtherNamesForTheSame) {
  Transport transport;
  ASSERT_FALSE(parse_transport(kTransportV2, transport, TransportVersion::kV2));
  EXPECT_EQ(transport.version, TransportVersion::kV2);
  EXPECT_EQ(transport.reply_to, "choria.reply.h.i");
  EXPECT_EQ(transport.sender, "n1");
  EXPECT_EQ(transport.seen_by, (std::vector<Hop>{{"a", "b", "c"}}));
  EXPECT_EQ(*transport.federation, (Federation{"1", "r", {"choria.node.n1"}}));
  EXPECT_EQ(encode(transport), kTransportV2);
  EXPECT_EQ(problem_of(kTransportV2).fault, Fault::kWrongProtocol) << "each version is asked for";
  EXPECT_FALSE(parse_transport(R"({"protocol":"io.choria.protocol.v2.transport","data":"Zm9v"})", transport,
                               TransportVersion::kV2));
  EXPECT_FALSE(transport.federation) << "nothing is left of the last one";
}

TEST(ChoriaTransport, ReadsEveryHeader) {
  Transport transport;
  ASSERT_FALSE(parse_transport(vectors::kRelayedRequestTransport, transport));
  EXPECT_EQ(transport.data, vectors::kSecureRequest);
  EXPECT_EQ(transport.reply_to,
            "mcollective.reply.74ce5a833e16d4afa24ecbc90fff8506.8b2c6d6e9a9a4a0b8a77d1f0c36d7c11");
  EXPECT_EQ(transport.sender, "bastion.example.net");
  ASSERT_EQ(transport.seen_by.size(), 2u);
  EXPECT_EQ(transport.seen_by[1],
            (Hop{"nats://fed1:4222", "fedbroker1 (a, b, c)", "nats://dc1:4222"}));
  ASSERT_TRUE(transport.federation);
  EXPECT_EQ(transport.federation->reply_to, "mcollective.reply.x.y");
  EXPECT_TRUE(transport.federation->targets.empty());
}

TEST(ChoriaTransport, AReusedObjectKeepsNothingOfTheLastMessage) {
  Transport transport;
  ASSERT_FALSE(parse_transport(vectors::kFederatedRequestTransport, transport));
  ASSERT_FALSE(parse_transport(with_headers("{}"), transport));
  EXPECT_EQ(transport, (Transport{.data = "foo"}));
}

TEST(ChoriaTransport, ToleratesUnknownFieldsAndNullHeaders) {
  Transport transport;
  ASSERT_FALSE(parse_transport(
      with_headers(R"({"x":[{}],"reply-to":null,"seen-by":null,"federation":null})"), transport));
  EXPECT_EQ(transport, (Transport{.data = "foo"}));
  ASSERT_FALSE(parse_transport(with_headers(R"({"federation":{}})"), transport));
  EXPECT_TRUE(transport.federation) << "an empty federation header still means federated";
}

TEST(ChoriaTransport, AcceptsDataBrokenIntoLines) {
  Transport transport;
  ASSERT_FALSE(parse_transport(
      R"({"protocol":"choria:transport:1","data":"Zm9v\nYmFy\r\n","headers":{}})", transport));
  EXPECT_EQ(transport.data, "foobar");
}

TEST(ChoriaTransport, NamesWhatIsWrong) {
  struct Case {
    std::string payload;
    Fault fault;
    std::string_view field;
  };
  const Case cases[] = {
      {"", Fault::kWrongType, ""},
      {"[]", Fault::kWrongType, ""},
      {"{}", Fault::kMissingField, "protocol"},
      {R"({"protocol":"choria:transport:1","headers":{}})", Fault::kMissingField, "data"},
      {R"({"protocol":"choria:transport:1","data":"Zm9v"})", Fault::kMissingField, "headers"},
      {R"({"protocol":"io.choria.protocol.v2.transport","data":"Zm9v","headers":{}})",
       Fault::kWrongProtocol, "protocol"},
      {R"({"protocol":1})", Fault::kWrongType, "protocol"},
      {R"({"protocol":"choria:transport:1","data":"Zm9","headers":{}})", Fault::kBadBase64, "data"},
      {R"({"protocol":"choria:transport:1","data":{},"headers":{}})", Fault::kWrongType, "data"},
      {R"({"protocol":"choria:transport:1","data":"","data":"","headers":{}})",
       Fault::kAmbiguousField, "data"},
      {R"({"protocol":"choria:transport:1","Data":"","headers":{}})", Fault::kAmbiguousField,
       "data"},
      {with_headers("null"), Fault::kWrongType, "headers"},
      {with_headers("[]"), Fault::kWrongType, "headers"},
      {with_headers("{}") + "x", Fault::kNotJson, ""},
      {with_headers(R"({"reply-to":1})"), Fault::kWrongType, "reply-to"},
      {with_headers(R"({"Reply-To":"a"})"), Fault::kAmbiguousField, "reply-to"},
      {with_headers("{\"mc_\xc5\xbf"
                    "ender\":\"a\"}"),
       Fault::kAmbiguousField, "mc_sender"},
      {with_headers(R"({"seen-by":[["a","b"]]})"), Fault::kBadValue, "seen-by"},
      {with_headers(R"({"seen-by":[["a","b","c","d"]]})"), Fault::kBadValue, "seen-by"},
      {with_headers(R"({"seen-by":["a"]})"), Fault::kWrongType, "seen-by"},
      {with_headers(R"({"federation":[]})"), Fault::kWrongType, "federation"},
      {with_headers(R"({"federation":{"target":"a"}})"), Fault::kWrongType, "target"},
      {with_headers(R"({"federation":{"target":[1]}})"), Fault::kWrongType, "target"},
  };
  for (const auto& [payload, fault, field] : cases) {
    const Problem problem = problem_of(payload);
    EXPECT_EQ(problem.fault, fault) << payload;
    EXPECT_EQ(problem.field, field) << payload;
  }
}

TEST(ChoriaTransport, BoundsListsAndTexts) {
  const auto hops = [](size_t count) {
    return with_headers(R"({"seen-by":)" + repeated(R"(["a","b","c"])", count) + "}");
  };
  EXPECT_FALSE(problem_of(hops(kHopsMax)));
  EXPECT_EQ(problem_of(hops(kHopsMax + 1)).fault, Fault::kTooLong);
  const auto targets = [](size_t count) {
    return with_headers(R"({"federation":{"target":)" + repeated(R"("a")", count) + "}}");
  };
  EXPECT_FALSE(problem_of(targets(kFederationTargetsMax)));
  EXPECT_EQ(problem_of(targets(kFederationTargetsMax + 1)).fault, Fault::kTooLong);
  const auto sender = [](size_t bytes) {
    return with_headers(R"({"mc_sender":")" + std::string(bytes, 'a') + "\"}");
  };
  EXPECT_FALSE(problem_of(sender(kNameBytesMax)));
  EXPECT_EQ(problem_of(sender(kNameBytesMax + 1)).fault, Fault::kTooLong);
}

TEST(ChoriaTransport, RefusesMoreThanNatsCanCarry) {
  std::string payload = with_headers("{}");
  payload.resize(kPayloadBytesMax, ' ');
  EXPECT_FALSE(problem_of(payload));
  payload.push_back(' ');
  EXPECT_EQ(problem_of(payload).fault, Fault::kTooLarge);
}

}  // namespace
}  // namespace antiphon::choria
