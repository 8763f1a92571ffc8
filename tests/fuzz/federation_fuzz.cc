// Fuzzes what a federation broker does with a message. The first byte's lowest bit picks the
// direction: 0 a request, 1 a reply.
//
// What it accepts must be accepted by the decoder of whole messages and mean the same there; what
// it writes must be JSON with the same data, byte for byte, and must fit the room it asked for.
#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "federation/envelope/admit.h"
#include "federation/envelope/lifecycle_event.h"
#include "federation/envelope/rewrite.h"
#include "protocol/bytes/check.h"
#include "protocol/choria/json_cursor.h"
#include "protocol/choria/transport.h"

namespace antiphon::federation {
namespace {

constexpr size_t kInputBytesMax = 64 << 10;
constexpr std::string_view kReplySubject = "choria.federation.dc1.collective";

// What a subject is compared by: of others the decoder has another spelling.
bool is_plain(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

void compare_subjects(std::string_view as_scanned, std::string_view as_decoded) {
  AP_CHECK(!is_plain(as_scanned) || as_scanned == as_decoded);
}

void compare_with_decoder(std::string_view message, const TransportView& view) {
  choria::Transport decoded;
  const choria::Problem problem = choria::parse_transport(message, decoded, view.version);
  // It demands the headers, and base64 of it may end in the middle of a line break.
  if (problem) {
    AP_CHECK(problem.fault == choria::Fault::kMissingField ||
             problem.fault == choria::Fault::kWrongType || problem.fault == choria::Fault::kTooLong);
    return;
  }
  AP_CHECK(view.federated == decoded.federation.has_value());
  AP_CHECK(view.hops.size() == decoded.seen_by.size());
  compare_subjects(view.reply_to, decoded.reply_to);
  if (!decoded.federation) return;
  compare_subjects(view.federation_reply_to, decoded.federation->reply_to);
  AP_CHECK(view.targets.size() == decoded.federation->targets.size());
  for (size_t i = 0; i < view.targets.size(); ++i) {
    compare_subjects(view.targets[i], decoded.federation->targets[i]);
  }
}

void check_written(const TransportView& view, std::string_view written) {
  AP_CHECK(choria::is_json(written));
  TransportView again;
  const Refusal refusal = scan_transport(written, {.message_bytes_max = SIZE_MAX, .hops_max = 65}, again);
  AP_CHECK(refusal == Refusal::kNone);
  AP_CHECK(again.data == view.data && again.sender == view.sender);
  AP_CHECK(again.hops.size() == view.hops.size() + 1 && again.targets.empty());
}

void check(Direction direction, std::string_view message) {
  static const Admission& admission = *new Admission{.own_hops = OwnHops("fed1")};
  const std::string_view name = identity_of_event(message);
  AP_CHECK(name.find_first_of("\"\\") == std::string_view::npos);
  const std::string hop = hop_text(direction, "fed1", "nats://a:1", "nats://b:2");
  TransportView view;
  if (scan_transport(message, {}, view) != Refusal::kNone) return;
  compare_with_decoder(message, view);
  const bool is_request = direction == Direction::kRequest;
  const Refusal refusal = is_request ? admit_request(view, admission) : admit_reply(view, admission);
  if (refusal != Refusal::kNone) return;
  // Exactly the room that was asked for: whatever goes beyond is found.
  std::vector<char> out(rewritten_bytes_max(view, hop, kReplySubject));
  const size_t bytes = is_request ? write_request(view, hop, kReplySubject, out.data())
                                  : write_reply(view, hop, out.data());
  check_written(view, {out.data(), bytes});
  for (const std::string_view target : view.targets) {
    AP_CHECK(target.find_first_of(" \r\n\t*>") == std::string_view::npos);
  }
}

}  // namespace
}  // namespace antiphon::federation

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using antiphon::federation::Direction;
  if (size == 0 || size > antiphon::federation::kInputBytesMax) return 0;
  const std::string_view message(reinterpret_cast<const char*>(data) + 1, size - 1);
  antiphon::federation::check((data[0] & 1) == 0 ? Direction::kRequest : Direction::kReply, message);
  return 0;
}
