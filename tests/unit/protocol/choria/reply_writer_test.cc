#include "protocol/choria/reply_writer.h"

#include <gtest/gtest.h>

#include "protocol/choria/incoming.h"
#include "protocol/choria/reply.h"
#include "protocol/choria/rpc.h"
#include "tests/unit/protocol/choria/message_vectors.h"

namespace antiphon::choria {
namespace {

IncomingRequest opened(std::string_view payload) {
  IncomingRequest incoming;
  const LayerProblem found = open_request(payload, incoming);
  EXPECT_FALSE(found) << describe(found.problem);
  return incoming;
}

// The same reply, made of the single steps.
std::string slowly(const IncomingRequest& incoming, const NodeAnswer& answer) {
  const Reply reply{std::string(answer.body), incoming.request.request_id,
                    std::string(answer.identity), incoming.request.agent, answer.time_unix_s};
  std::string reply_json, secure_json, out;
  append_reply(reply, reply_json);
  append_secure_reply(seal_reply(reply_json), secure_json);
  Transport transport{.data = secure_json, .sender = std::string(answer.identity)};
  if (incoming.transport.federation) {
    transport.federation = incoming.transport.federation;
    transport.seen_by = incoming.transport.seen_by;
  }
  transport.seen_by.push_back({std::string(answer.server_url), std::string(answer.identity),
                               std::string(answer.server_url)});
  append_transport(transport, out);
  return out;
}

TEST(ChoriaReplyWriter, WritesWhatAFederatedNodeOfTheReferenceWrites) {
  const IncomingRequest incoming = opened(vectors::kRelayedRequestTransport);
  ReplyWriter writer(incoming.request, incoming.transport);
  std::string out;
  writer.append({"web1.example.net", vectors::kRpcReply, "nats://dc1:4222", 1750000001}, out);
  EXPECT_EQ(out, vectors::kReplyTransport);
}

TEST(ChoriaReplyWriter, EqualsTheSingleStepsForManyNodesAndBodies) {
  for (const auto payload : {vectors::kRequestTransport, vectors::kFederatedRequestTransport,
                             vectors::kRelayedRequestTransport}) {
    const IncomingRequest incoming = opened(payload);
    ReplyWriter writer(incoming.request, incoming.transport);
    for (int i = 0; i < 50; ++i) {
      const std::string identity = "node" + std::to_string(i) + ".<example>.net";
      const std::string body =
          i % 2 == 0 ? "pong" : "{\"a\":\"" + std::string(i, '\\') + "\xc3\xa9\"}";
      const NodeAnswer answer{identity, body, "tls://broker:4222", 1750000000 + i};
      std::string out = "before";
      writer.append(answer, out);
      EXPECT_EQ(out, "before" + slowly(incoming, answer));
    }
  }
}

TEST(ChoriaReplyWriter, IsReadBackByAClient) {
  const IncomingRequest incoming = opened(vectors::kRequestTransport);
  ReplyWriter writer(incoming.request, incoming.transport);
  std::string payload;
  writer.append({"web1.example.net", "pong", "nats://broker1:4222", 7}, payload);
  Transport transport;
  SecureReply secure;
  Reply reply;
  ASSERT_FALSE(parse_transport(payload, transport));
  EXPECT_EQ(transport.sender, "web1.example.net");
  EXPECT_EQ(transport.seen_by.size(), 1u) << "hops of the request come back only when federated";
  ASSERT_FALSE(parse_secure_reply(transport.data, secure));
  EXPECT_TRUE(hash_is_right(secure));
  ASSERT_FALSE(parse_reply(secure.message, reply));
  EXPECT_EQ(reply, (Reply{"pong", incoming.request.request_id, "web1.example.net", "rpcutil", 7}));
}

TEST(ChoriaIncoming, OpensEveryLayerOnce) {
  const IncomingRequest incoming = opened(vectors::kRequestTransport);
  EXPECT_EQ(incoming.request.caller_id, "choria=alice.mcollective");
  EXPECT_EQ(incoming.body, vectors::kFilteredRequestBody);
  RpcRequest rpc;
  ASSERT_FALSE(parse_rpc_request(incoming.body, rpc));
  EXPECT_EQ(rpc.action, "ping");
}

TEST(ChoriaIncoming, NamesTheLayerThatIsWrong) {
  const auto layer_of = [](std::string data) {
    std::string payload;
    append_transport({.data = std::move(data)}, payload);
    IncomingRequest incoming;
    const LayerProblem found = open_request(payload, incoming);
    EXPECT_TRUE(found);
    return found.layer;
  };
  IncomingRequest incoming;
  EXPECT_EQ(open_request("{}", incoming).layer, Layer::kTransport);
  EXPECT_EQ(layer_of("{}"), Layer::kSecureRequest);
  std::string secure;
  append_secure_request(unsigned_request("{}"), secure);
  EXPECT_EQ(layer_of(secure), Layer::kRequest);
}

}  // namespace
}  // namespace antiphon::choria
