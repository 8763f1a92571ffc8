#include "protocol/choria/rpc.h"

#include <gtest/gtest.h>

#include "tests/unit/protocol/choria/message_vectors.h"

namespace antiphon::choria {
namespace {

TEST(ChoriaRpc, WritesRequestsAsTheReferenceDoes) {
  const RpcRequest request{"package", "install",
                           "{ \"package\" : \"<zsh>\",\n \"n\": [1, 2.50, true ] }"};
  std::string out;
  ASSERT_TRUE(append_rpc_request(request, out));
  EXPECT_EQ(out, vectors::kRpcRequest);
}

TEST(ChoriaRpc, WritesRepliesAsTheReferenceDoes) {
  RpcReply reply;
  ASSERT_FALSE(parse_rpc_reply(vectors::kRpcReply, reply));
  EXPECT_EQ(reply.action, "ping");
  EXPECT_EQ(reply.status, RpcStatus::kOk);
  EXPECT_EQ(reply.status_text, "OK");
  EXPECT_EQ(reply.data_json, R"({"html":"\u003c\u0026\u003e","pong":1750000000})");
  std::string out;
  ASSERT_TRUE(append_rpc_reply(reply, out));
  EXPECT_EQ(out, vectors::kRpcReply);
}

TEST(ChoriaRpc, LeavesDefaultsForWhatIsAbsent) {
  RpcRequest request;
  ASSERT_FALSE(parse_rpc_request("{}", request));
  EXPECT_EQ(request, (RpcRequest{"", "", "{}"}));
  RpcReply reply;
  ASSERT_FALSE(parse_rpc_reply("{}", reply));
  EXPECT_EQ(reply, (RpcReply{"", RpcStatus::kOk, "", "{}"}));
}

TEST(ChoriaRpc, KeepsDataAsItIsWritten) {
  RpcRequest request;
  ASSERT_FALSE(parse_rpc_request(
      R"( {"x":1, "data": {"big":18446744073709551616 }, "action":"a"} )", request));
  EXPECT_EQ(request.data_json, R"({"big":18446744073709551616 })");
}

TEST(ChoriaRpc, RefusesWhatIsNotABody) {
  RpcRequest request;
  EXPECT_EQ(parse_rpc_request("ping", request).fault, Fault::kWrongType);
  EXPECT_EQ(parse_rpc_request("{} x", request).fault, Fault::kNotJson);
  EXPECT_EQ(parse_rpc_request(R"({"agent":1})", request).field, "agent");
  EXPECT_EQ(parse_rpc_request(R"({"action":"a","Action":"b"})", request).fault,
            Fault::kAmbiguousField);
  RpcReply reply;
  EXPECT_EQ(parse_rpc_reply(R"({"statuscode":256})", reply).fault, Fault::kBadValue);
  EXPECT_EQ(parse_rpc_reply(R"({"statuscode":-1})", reply).fault, Fault::kBadValue);
  EXPECT_EQ(parse_rpc_reply(R"({"statuscode":"0"})", reply).fault, Fault::kWrongType);
}

TEST(ChoriaRpc, WritesNothingIfDataIsNotJson) {
  std::string out = "x";
  EXPECT_FALSE(append_rpc_request({"a", "b", "{"}, out));
  EXPECT_FALSE(append_rpc_reply({"a", RpcStatus::kOk, "OK", ""}, out));
  EXPECT_EQ(out, "x");
}

TEST(ChoriaRpc, NamesStatusCodesAlsoUnknownOnes) {
  EXPECT_EQ(rpc_status_text(RpcStatus::kUnknownAction), "Unknown Action");
  RpcReply reply;
  ASSERT_FALSE(parse_rpc_reply(R"({"statuscode":77})", reply));
  EXPECT_EQ(rpc_status_text(reply.status), "Unknown");
}

}  // namespace
}  // namespace antiphon::choria
