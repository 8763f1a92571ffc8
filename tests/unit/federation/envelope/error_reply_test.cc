#include "federation/envelope/error_reply.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "protocol/bytes/base64.h"
#include "protocol/choria/digest.h"
#include "protocol/choria/reply.h"
#include "protocol/choria/rpc.h"
#include "protocol/choria/secure.h"
#include "protocol/choria/transport.h"
#include "tests/unit/federation/envelope/transports.h"

namespace antiphon::federation {
namespace {

constexpr std::string_view kId = "8b2c6d6e9a9a4a0b8a77d1f0c36d7c11";
constexpr int64_t kTimeNs = 1'750'000'000'123'456'789;

TEST(ErrorReply, IsAReplyOfVersionOneThatAClientReads) {
  const std::string text = error_reply(TransportVersion::kV1, kId, "fed1", "no \"way\"", kTimeNs);
  choria::Transport transport;
  ASSERT_FALSE(choria::parse_transport(text, transport));
  EXPECT_EQ(transport.sender, "fed1");
  EXPECT_FALSE(transport.federation.has_value());
  choria::SecureReply secure;
  ASSERT_FALSE(choria::parse_secure_reply(transport.data, secure));
  EXPECT_TRUE(choria::hash_is_right(secure));
  choria::Reply reply;
  ASSERT_FALSE(choria::parse_reply(secure.message, reply));
  EXPECT_EQ(reply.request_id, kId);
  EXPECT_EQ(reply.sender_id, "fed1");
  EXPECT_EQ(reply.time_unix_s, 1'750'000'000);
  choria::RpcReply body;
  ASSERT_FALSE(choria::parse_rpc_reply(reply.message, body));
  EXPECT_EQ(body.status, choria::RpcStatus::kUnknownError);
  EXPECT_EQ(body.status_text, "no \"way\"");
}

TEST(ErrorReply, IsAReplyOfVersionTwoWithTheSpecificationsFields) {
  const std::string text = error_reply(TransportVersion::kV2, "2yY8", "fed1", "no", kTimeNs);
  const auto transport = nlohmann::json::parse(text);
  EXPECT_EQ(transport["protocol"], "io.choria.protocol.v2.transport");
  EXPECT_EQ(transport["headers"]["sender"], "fed1");
  const auto secure = nlohmann::json::parse(*decode_base64(transport["data"].get<std::string>()));
  EXPECT_EQ(secure["protocol"], "io.choria.protocol.v2.secure_reply");
  const std::string inner = *decode_base64(secure["reply"].get<std::string>());
  const choria::Sha256Digest hash = choria::Sha256().of(inner);
  EXPECT_EQ(secure["hash"], base64({hash.data(), hash.size()}));
  const auto reply = nlohmann::json::parse(inner);
  EXPECT_EQ(reply["protocol"], "io.choria.protocol.v2.reply");
  EXPECT_EQ(reply["request"], "2yY8");
  EXPECT_EQ(reply["sender"], "fed1");
  EXPECT_EQ(reply["time"], kTimeNs);
  const auto body = nlohmann::json::parse(*decode_base64(reply["message"].get<std::string>()));
  EXPECT_EQ(body["statuscode"], 5);
  EXPECT_EQ(body["statusmsg"], "no");
}

TEST(ErrorReply, IsNotForDiscoveryNorForWhomCannotBeAnswered) {
  TransportView view;
  ASSERT_EQ(scan_transport(kRequestV1, {}, view), Refusal::kNone);
  EXPECT_TRUE(may_have_error_reply(view));
  view.targets = {"mcollective.broadcast.agent.discovery"};
  EXPECT_FALSE(may_have_error_reply(view)) << "it would be taken for a node";
  view.targets = {"c.node.a"};
  view.reply_to = {};
  EXPECT_FALSE(may_have_error_reply(view));
}

}  // namespace
}  // namespace antiphon::federation
