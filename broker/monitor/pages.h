// Finds the page that an address names and makes it.
//
// THREADS: any, several at once. LIFETIME: the view must outlive it.
#pragma once

#include <array>
#include <atomic>
#include <optional>
#include <string>
#include <string_view>

#include "broker/monitor/page.h"
#include "broker/monitor/process_usage.h"
#include "broker/monitor/server_totals.h"
#include "broker/monitor/server_view.h"

namespace antiphon {

enum class PageName : uint8_t {
  kIndex,
  kVarz,
  kConnz,
  kSubsz,
  kHealthz,
  kMetrics,
  kNone,  // there is no such page
};
inline constexpr size_t kPageNames = static_cast<size_t>(PageName::kNone);

class Pages {
 public:
  // `base_path` stands before every path; "" or "/" for none.
  Pages(ServerView& view, std::string base_path);

  // `target` is the path of a request with its arguments.
  PageName name_of(std::string_view target) const;
  // Waits for the server where it has to be asked.
  Page answer(std::string_view target);

 private:
  std::optional<std::string> path_of(std::string_view target) const;
  Page make(PageName name, std::string_view arguments);
  Page companions_page(std::string_view target);
  std::string metrics();
  RequestCounts requests() const;

  ServerView& view_;
  const std::string base_path_;  // without a "/" at its end
  ProcessUsage usage_;
  std::array<std::atomic<uint64_t>, kPageNames> requests_{};
};

}  // namespace antiphon
