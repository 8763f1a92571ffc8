#include "federation/envelope/rewrite.h"

#include <gtest/gtest.h>

#include "federation/envelope/hop_text.h"
#include "protocol/choria/transport.h"
#include "tests/unit/federation/envelope/transports.h"
#include "tests/unit/protocol/choria/message_vectors.h"

namespace antiphon::federation {
namespace {

constexpr std::string_view kReplySubject = "choria.federation.dc1.collective";
constexpr char kFence = '\x7e';

const std::string kRequestHop =
    hop_text(Direction::kRequest, "fedbroker1", "nats://fed1:4222", "nats://dc1:4222");
const std::string kReplyHop =
    hop_text(Direction::kReply, "fedbroker1", "nats://dc1:4222", "nats://fed1:4222");

// Rewrites into exactly as much room as was asked for, with a fence behind it.
template <typename Write>
std::string written(std::string_view message, std::string_view hop, Write write) {
  TransportView view;
  EXPECT_EQ(scan_transport(message, {}, view), Refusal::kNone);
  const size_t room = rewritten_bytes_max(view, hop, kReplySubject);
  std::string out(room + 1, kFence);
  const size_t bytes = write(view, out.data());
  EXPECT_LE(bytes, room);
  EXPECT_EQ(out.back(), kFence);
  out.resize(bytes);
  return out;
}

std::string request(std::string_view message) {
  return written(message, kRequestHop, [](const TransportView& view, char* out) {
    return write_request(view, kRequestHop, kReplySubject, out);
  });
}

std::string reply(std::string_view message) {
  return written(message, kReplyHop, [](const TransportView& view, char* out) {
    return write_reply(view, kReplyHop, out);
  });
}

TEST(Rewrite, RequestsBecomeWhatTheSpecificationShows) {
  EXPECT_EQ(request(kRequestV1), kRelayedRequestV1);
  EXPECT_EQ(request(kRequestV2), kRelayedRequestV2);
}

TEST(Rewrite, RepliesBecomeWhatTheSpecificationShows) {
  EXPECT_EQ(reply(kReplyV1), kRelayedReplyV1);
  EXPECT_EQ(reply(kReplyV2), kRelayedReplyV2);
}

// The same by another way: decoded, changed as 6.3 says, and encoded.
TEST(Rewrite, GivesTheSameBytesAsDecodingAndEncoding) {
  const std::string_view message = vectors::kFederatedRequestTransport;
  choria::Transport transport;
  ASSERT_FALSE(choria::parse_transport(message, transport));
  transport.federation->targets.clear();
  transport.federation->reply_to = transport.reply_to;
  transport.reply_to = kReplySubject;
  transport.seen_by.push_back(
      {"nats://fed1:4222",
       "fedbroker1 (choria_nats_ingest:0, choria_request_transformer:0, choria_nats_egest:0)",
       "nats://dc1:4222"});
  std::string expected;
  choria::append_transport(transport, expected);
  EXPECT_EQ(request(message), expected);

  ASSERT_FALSE(choria::parse_transport(vectors::kReplyTransport, transport));
  transport.federation.reset();
  transport.seen_by.push_back(
      {"nats://dc1:4222",
       "fedbroker1 (choria_nats_ingest:0, choria_reply_transformer:0, choria_nats_egest:0)",
       "nats://fed1:4222"});
  expected.clear();
  choria::append_transport(transport, expected);
  EXPECT_EQ(reply(vectors::kReplyTransport), expected);
}

TEST(Rewrite, DropsWhatTheReferenceDoesNotKnow) {
  const std::string message =
      R"({"x":1,"protocol":"choria:transport:1","data":"e30=","headers":{"y":{},"reply-to":"c.reply.h.i",)"
      R"("federation":{"z":[],"target":["c.node.a"]}}})";
  EXPECT_EQ(request(message),
            R"({"protocol":"choria:transport:1","data":"e30=","headers":{"reply-to":")" +
                std::string(kReplySubject) + R"(","seen-by":[)" + kRequestHop +
                R"(],"federation":{"reply-to":"c.reply.h.i"}}})");
}

TEST(Rewrite, TextsPassAsTheyWereWritten) {
  const std::string message =
      R"({"protocol":"choria:transport:1","data":"Zm9v\nYg==\n","headers":{"mc_sender":"\u003cb\u003e é \ud83d\ude00",)"
      R"("seen-by":[["","a\\b",""]],"federation":{"req":"\"","reply-to":"c.reply.h.i"}}})";
  EXPECT_EQ(reply(message),
            R"({"protocol":"choria:transport:1","data":"Zm9v\nYg==\n","headers":{"mc_sender":"\u003cb\u003e é \ud83d\ude00",)"
            R"("seen-by":[["","a\\b",""],)" +
                kReplyHop + "]}}");
}

TEST(Rewrite, EmptyHopTextsNeedTheirRoomToo) {
  std::string hops;
  for (size_t i = 0; i < choria::kHopsMax; ++i) hops.append(i == 0 ? "" : ",").append(R"(["","",""])");
  (void)reply(with_headers(R"({"seen-by":[)" + hops + R"(],"federation":{"reply-to":"c.reply.h.i"}})"));
}

}  // namespace
}  // namespace antiphon::federation
