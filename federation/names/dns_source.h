// Looks names up in DNS and in the hosts file, with c-ares.
//
// MODEL: each call waits for its answer, at most kAnswerMsMax, so it needs a thread of its own; what
// makes `interrupt` readable ends it at once, and every later one. The system's settings are read
// when the object is made. LIMITS: kAnswerMsMax; kRecordsMax records are taken of an answer.
#pragma once

#include <absl/status/statusor.h>

#include <memory>
#include <string>

#include "federation/names/name_source.h"

struct ares_channeldata;

namespace antiphon::federation {

class DnsSource final : public NameSource {
 public:
  static constexpr int64_t kAnswerMsMax = 10'000;
  static constexpr size_t kRecordsMax = 64;

  // `servers`: addresses with ports, separated by commas, in place of the system's; may be empty.
  static absl::StatusOr<std::unique_ptr<DnsSource>> open(const std::string& servers, int interrupt);
  ~DnsSource() override;
  DnsSource(const DnsSource&) = delete;
  DnsSource& operator=(const DnsSource&) = delete;

  absl::StatusOr<std::vector<SrvRecord>> find_services(const std::string& name) override;
  absl::StatusOr<std::vector<Address>> find_addresses(const std::string& host,
                                                      uint16_t port) override;

 private:
  DnsSource(ares_channeldata* channel, int interrupt) : channel_(channel), interrupt_(interrupt) {}
  // Until the question that was put last is answered.
  void wait(const bool& answered);
  bool wait_once(int64_t wait_ms_max);

  ares_channeldata* const channel_;
  const int interrupt_;
};

}  // namespace antiphon::federation
