#include "fleet/plan/ping_bytes.h"

#include <gtest/gtest.h>

#include <string>

namespace antiphon::fleet::plan {
namespace {

TEST(PlanPingBytes, FramesAreThoseOfNats) {
  const std::string request = "MSG mcollective.broadcast.agent.discovery 1 5\r\nhello\r\n";
  EXPECT_EQ(request_frame_bytes(5), request.size());
  // The MD5 of the caller and a request id, 32 letters each.
  const std::string subject =
      "mcollective.reply." + std::string(32, 'h') + "." + std::string(32, 'i');
  EXPECT_EQ(reply_frame_bytes(5), ("PUB " + subject + " 5\r\nhello\r\n").size());
  EXPECT_EQ(answer_frame_bytes(5), ("MSG " + subject + " 1 5\r\nhello\r\n").size());
}

TEST(PlanPingBytes, TlsAddsARecordAndPacketsHeaders) {
  EXPECT_EQ(record_bytes(1000, false), 1000u);
  EXPECT_EQ(record_bytes(1000, true), 1022u);
  EXPECT_EQ(record_bytes(16 * 1024 + 1, true), 16u * 1024 + 1 + 44);
  EXPECT_EQ(packets_of(1448, false), 1u);
  EXPECT_EQ(packets_of(1448, true), 2u);
  EXPECT_EQ(wire_bytes_alone(1000, false), 1066);
  EXPECT_LT(wire_bytes_in_a_row(1000, true), wire_bytes_alone(1000, true));
}

}  // namespace
}  // namespace antiphon::fleet::plan
