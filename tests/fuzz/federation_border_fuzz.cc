// Fuzzes what a border reads: requests of protocol version 2, secure requests around them, policies. The
// first byte picks the parser; a message that is accepted must survive being written and read again.
#include <cstdint>
#include <string>
#include <string_view>

#include "federation/border/border_policy.h"
#include "protocol/bytes/check.h"
#include "protocol/choria/request_v2.h"
#include "protocol/choria/secure_v2.h"

namespace antiphon {
namespace {

constexpr size_t kInputBytesMax = 64 << 10;

template <typename T, typename Parse, typename Append>
void round_trip(std::string_view text, Parse parse, Append append) {
  T first;
  if (parse(text, first)) return;
  std::string written;
  append(first, written);
  T second;
  const choria::Problem problem = parse(written, second);
  AP_CHECK(!problem && first == second);
}

// Whoever is allowed has a caller id on the other side.
void check_policy(std::string_view text) {
  const auto policy = federation::BorderPolicy::parse(text);
  if (!policy.ok()) return;
  for (const char* caller : {"up=alice", "choria=rip.mcollective", "nobody", ""}) {
    const auto decision = policy->decide(caller, "rpcutil", "ams");
    AP_CHECK(!decision.allowed || (decision.line != 0 && decision.as.find('=') != std::string::npos));
  }
}

void check(uint8_t target, std::string_view text) {
  switch (target % 3) {
    case 0:
      return round_trip<choria::RequestV2>(text, choria::parse_request_v2, choria::append_request_v2);
    case 1:
      return round_trip<choria::SecureRequestV2>(text, choria::parse_secure_request_v2,
                                                 choria::append_secure_request_v2);
    default:
      return check_policy(text);
  }
}

}  // namespace
}  // namespace antiphon

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0 || size > antiphon::kInputBytesMax) return 0;
  antiphon::check(data[0], {reinterpret_cast<const char*>(data) + 1, size - 1});
  return 0;
}
