#include "federation/envelope/hop_text.h"

#include <gtest/gtest.h>

#include "tests/unit/federation/envelope/transports.h"

namespace antiphon::federation {
namespace {

TEST(HopText, EscapesWhatJsonAndGoEscape) {
  EXPECT_EQ(hop_text(Direction::kReply, "a\"<", "nats://x:1", "nats://y:2"),
            R"~(["nats://x:1","a\"\u003c (choria_nats_ingest:0, choria_reply_transformer:0, )~"
            R"~(choria_nats_egest:0)","nats://y:2"])~");
}

TEST(OwnHops, AreThoseOfThisIdentityAndDirection) {
  TransportView view;
  ASSERT_EQ(scan_transport(kReplyV1, {}, view), Refusal::kNone);
  EXPECT_TRUE(OwnHops("fedbroker1").has(view, Direction::kRequest));
  EXPECT_FALSE(OwnHops("fedbroker1").has(view, Direction::kReply));
  EXPECT_FALSE(OwnHops("fedbroker").has(view, Direction::kRequest));
  EXPECT_FALSE(OwnHops("bastion.example.net").has(view, Direction::kRequest))
      << "a client on the same host is no federation broker";
}

TEST(OwnHops, AreFoundWhicheverWorkerMadeThem) {
  TransportView view;
  const std::string message = with_headers(
      R"~({"seen-by":[["a","fed1 (choria_nats_ingest:3, choria_request_transformer:7, )~"
      R"~(choria_nats_egest:1)","b"]]})~");
  ASSERT_EQ(scan_transport(message, {}, view), Refusal::kNone);
  EXPECT_TRUE(OwnHops("fed1").has(view, Direction::kRequest));
}

}  // namespace
}  // namespace antiphon::federation
