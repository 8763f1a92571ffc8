// Something that runs in the broker's process beside it and shows itself on its monitoring port.
//
// MODEL: pages of its own, which the broker's go before; and what it adds to /metrics. THREADS:
// monitoring's; both functions may wait for a moment. LIFETIME: a page that is being made keeps it.
#pragma once

#include <optional>
#include <string>

#include "broker/monitor/page.h"

namespace antiphon {

class Companion {
 public:
  virtual ~Companion() = default;

  // `target` is the path of a request, without the base path, with its arguments. Nothing when
  // there is no such page.
  virtual std::optional<Page> page(const std::string& target) = 0;
  // In the exposition format; families that the broker has not.
  virtual std::string metrics() = 0;
};

}  // namespace antiphon
