#include "fleet/plan/ping_bytes.h"

#include <absl/strings/str_cat.h>

#include <string>

#include "protocol/bytes/text.h"
#include "protocol/choria/subjects.h"

namespace antiphon::fleet::plan {
namespace {

// Ethernet's header, IPv4's, and TCP's with timestamps.
constexpr uint64_t kPacketHeaderBytes = 14 + 20 + 32;
constexpr uint64_t kPacketPayloadBytes = 1448;  // of an MTU of 1500
// TLS 1.3 with AES-GCM: header, content type, tag.
constexpr uint64_t kRecordExtraBytes = 5 + 1 + 16;
constexpr uint64_t kRecordPayloadBytes = 16 * 1024;
constexpr uint64_t kLineEndBytes = 2;

uint64_t parts(uint64_t bytes, uint64_t of) {
  return (bytes + of - 1) / of;
}

std::string request_subject() {
  return choria::broadcast_subject(choria::kDefaultCollective, choria::kDiscoveryAgent);
}

// Request ids have 32 letters.
std::string reply_subject() {
  return choria::reply_subject(choria::kDefaultCollective, "choria=plan", std::string(32, 'x'));
}

uint64_t frame_bytes(const std::string& line, uint64_t payload_bytes) {
  return absl::StrCat(line, " ", payload_bytes).size() + kLineEndBytes + payload_bytes +
         kLineEndBytes;
}

}  // namespace

uint64_t request_frame_bytes(uint64_t payload_bytes) {
  return frame_bytes(absl::StrCat("MSG ", request_subject(), " 1"), payload_bytes);
}

uint64_t reply_frame_bytes(uint64_t payload_bytes) {
  return frame_bytes(absl::StrCat("PUB ", reply_subject()), payload_bytes);
}

uint64_t answer_frame_bytes(uint64_t payload_bytes) {
  return frame_bytes(absl::StrCat("MSG ", reply_subject(), " 1"), payload_bytes);
}

uint64_t record_bytes(uint64_t frame_bytes, bool tls) {
  return tls ? frame_bytes + parts(frame_bytes, kRecordPayloadBytes) * kRecordExtraBytes
             : frame_bytes;
}

uint64_t packets_of(uint64_t frame_bytes, bool tls) {
  return parts(record_bytes(frame_bytes, tls), kPacketPayloadBytes);
}

double wire_bytes_alone(uint64_t frame_bytes, bool tls) {
  return static_cast<double>(record_bytes(frame_bytes, tls) +
                             packets_of(frame_bytes, tls) * kPacketHeaderBytes);
}

double wire_bytes_in_a_row(uint64_t frame_bytes, bool tls) {
  const double share = tls ? static_cast<double>(kRecordExtraBytes) / kRecordPayloadBytes : 0;
  const double bytes = static_cast<double>(frame_bytes) * (1 + share);
  return bytes * (1 + static_cast<double>(kPacketHeaderBytes) / kPacketPayloadBytes);
}

}  // namespace antiphon::fleet::plan
