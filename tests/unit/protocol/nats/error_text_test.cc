#include "protocol/nats/error_text.h"

#include <gtest/gtest.h>

#include "protocol/bytes/text.h"

namespace antiphon {
namespace {

// nats.go, nats.js and nats.c compare the lower-cased beginning of what stands in -ERR.
TEST(ErrorText, BeginsAsClientLibrariesExpect) {
  const auto begins = [](std::string_view text, std::string_view wanted) {
    return equals_ignore_case(text.substr(0, wanted.size()), wanted);
  };
  EXPECT_TRUE(begins(error_text::kAuthorizationViolation, "authorization violation"));
  EXPECT_TRUE(begins(error_text::kStaleConnection, "stale connection"));
  EXPECT_TRUE(begins(error_text::kMaximumConnections, "maximum connections exceeded"));
  EXPECT_TRUE(begins(error_text::kMaximumSubscriptions, "maximum subscriptions exceeded"));
  EXPECT_TRUE(begins(error_text::kAuthenticationTimeout, "authentication timeout"));
}

}  // namespace
}  // namespace antiphon
