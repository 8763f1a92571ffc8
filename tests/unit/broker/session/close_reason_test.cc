#include "broker/session/close_reason.h"

#include <gtest/gtest.h>

#include <set>

namespace antiphon {
namespace {

TEST(CloseReason, HasATextOfItsOwnForEachReason) {
  std::set<std::string_view> texts;
  for (size_t i = 1; i < kCloseReasons; ++i) {
    const std::string_view text = close_reason_text(static_cast<CloseReason>(i));
    EXPECT_FALSE(text.empty()) << i;
    EXPECT_NE(text, "Unknown State") << i;
    EXPECT_TRUE(texts.insert(text).second) << text;
  }
  EXPECT_EQ(close_reason_text(CloseReason::kNone), "");
}

TEST(CloseReason, WritesNothingMoreToPeersThatCannotOrDoNotRead) {
  for (const CloseReason reason :
       {CloseReason::kReadError, CloseReason::kWriteError, CloseReason::kSlowConsumerPendingBytes,
        CloseReason::kSlowConsumerWriteDeadline}) {
    EXPECT_FALSE(flushes_before_close(reason)) << close_reason_text(reason);
  }
  for (const CloseReason reason :
       {CloseReason::kClientClosed, CloseReason::kAuthenticationFailure, CloseReason::kParseError,
        CloseReason::kMaximumPayload, CloseReason::kServerShutdown}) {
    EXPECT_TRUE(flushes_before_close(reason)) << close_reason_text(reason);
  }
}

}  // namespace
}  // namespace antiphon
