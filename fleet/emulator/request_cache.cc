#include "fleet/emulator/request_cache.h"

#include <algorithm>

namespace antiphon::fleet {

PreparedRequest& RequestCache::find_or_prepare(std::string_view payload) {
  const auto found = std::find_if(recent_.begin(), recent_.end(), [payload](const auto& request) {
    return request->payload() == payload;
  });
  if (found != recent_.end()) {
    std::rotate(recent_.begin(), found, found + 1);
    return *recent_.front();
  }
  ++prepared_;
  if (recent_.size() == kRequestsMax) recent_.pop_back();
  recent_.insert(recent_.begin(), std::make_unique<PreparedRequest>(payload, profile_));
  return *recent_.front();
}

}  // namespace antiphon::fleet
