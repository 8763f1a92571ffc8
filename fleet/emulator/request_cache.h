// The requests that arrived last, so that one that reaches thousands of nodes is opened once.
//
// MODEL: found by comparing bytes, the most recent first: a broadcast's copies arrive together, so
// the first comparison is nearly always the right one, and others differ within the first few
// hundred bytes.
// LIMITS: kRequestsMax requests; the one not used for longest makes room.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "fleet/emulator/prepared_request.h"

namespace antiphon::fleet {

class RequestCache {
 public:
  static constexpr size_t kRequestsMax = 16;

  explicit RequestCache(const FleetProfile& profile) : profile_(profile) {}

  // Good until the next call.
  PreparedRequest& find_or_prepare(std::string_view payload);
  // How many requests had to be opened.
  uint64_t prepared() const { return prepared_; }

 private:
  const FleetProfile& profile_;
  std::vector<std::unique_ptr<PreparedRequest>> recent_;  // the last used first
  uint64_t prepared_ = 0;
};

}  // namespace antiphon::fleet
