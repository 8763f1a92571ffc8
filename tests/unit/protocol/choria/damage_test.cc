// Every parser of the room against cut and damaged messages: refused or accepted, never a crash.
#include <gtest/gtest.h>

#include <functional>

#include "protocol/choria/incoming.h"
#include "protocol/choria/reply.h"
#include "protocol/choria/rpc.h"
#include "tests/unit/protocol/choria/message_vectors.h"

namespace antiphon::choria {
namespace {

struct Subject {
  std::string_view name;
  std::string_view good;
  std::function<bool(std::string_view)> accepts;
};

template <typename T>
std::function<bool(std::string_view)> parser(Problem (*parse)(std::string_view, T&)) {
  return [parse](std::string_view text) {
    T out;
    return !parse(text, out);
  };
}

std::vector<Subject> subjects() {
  return {
      {"transport", vectors::kRelayedRequestTransport, parser(parse_transport)},
      {"secure request", vectors::kSecureRequest, parser(parse_secure_request)},
      {"request", vectors::kFilteredRequest, parser(parse_request)},
      {"secure reply", vectors::kSecureReply, parser(parse_secure_reply)},
      {"reply", vectors::kReply, parser(parse_reply)},
      {"RPC request", vectors::kRpcRequest, parser(parse_rpc_request)},
      {"RPC reply", vectors::kRpcReply, parser(parse_rpc_reply)},
      {"whole request", vectors::kRequestTransport,
       [](std::string_view text) {
         IncomingRequest out;
         return !open_request(text, out);
       }},
  };
}

TEST(ChoriaDamage, NoCutMessageIsAccepted) {
  for (const auto& [name, good, accepts] : subjects()) {
    ASSERT_TRUE(accepts(good)) << name;
    for (size_t length = 0; length < good.size(); ++length) {
      // A copy of exactly this length lets the address sanitizer see a read beyond the end.
      const std::vector<char> cut(good.begin(), good.begin() + static_cast<ptrdiff_t>(length));
      ASSERT_FALSE(accepts({cut.data(), cut.size()})) << name << " cut at " << length;
    }
  }
}

TEST(ChoriaDamage, NoChangedByteCrashes) {
  for (const auto& [name, good, accepts] : subjects()) {
    std::string text(good);
    for (size_t i = 0; i < text.size(); ++i) {
      const char before = text[i];
      for (const char change : {'"', '\\', '{', '}', '[', ',', '\0', '\xff', 'u', '9'}) {
        text[i] = change;
        (void)accepts(text);
      }
      text[i] = before;
    }
    EXPECT_EQ(text, good) << name;
  }
}

TEST(ChoriaDamage, NoRemovedByteCrashes) {
  for (const auto& [name, good, accepts] : subjects()) {
    for (size_t i = 0; i < good.size(); ++i) {
      (void)accepts(std::string(good.substr(0, i)) + std::string(good.substr(i + 1)));
    }
  }
}

}  // namespace
}  // namespace antiphon::choria
