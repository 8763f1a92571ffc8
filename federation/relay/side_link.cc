#include "federation/relay/side_link.h"

#include <absl/strings/str_cat.h>

#include "federation/relay/side_subjects.h"

namespace antiphon::federation {

SideLink::SideLink(Side its_side, const RelaySettings& settings, uint32_t messages_sid,
                   Random& random)
    : side(its_side),
      rounds(settings.side(side).servers, random),
      login(settings.side(side).credentials, settings.side(side).token),
      messages(messages_subject(settings.cluster, side)),
      pressure(settings.queue_bytes_max, settings.pause_ms_max) {
  add_subscription(messages, absl::StrCat(settings.cluster, "_", side_name(side)), messages_sid);
}

void SideLink::add_subscription(const std::string& subject, const std::string& group,
                                uint32_t sid) {
  absl::StrAppend(&subscribe, "SUB ", subject, group.empty() ? "" : " ", group, " ", sid, "\r\n");
  absl::StrAppend(&unsubscribe, "UNSUB ", sid, "\r\n");
}

bool SideLink::lacks_permission(std::string_view complaint) const {
  constexpr std::string_view kRefused = "Permissions Violation for Subscription to \"";
  const size_t at = complaint.find(kRefused);
  if (at == std::string_view::npos) return false;
  const std::string_view refused = complaint.substr(at + kRefused.size());
  return refused.substr(0, refused.find('"')) == messages;
}

bool SideLink::is_of_group(std::string_view complaint) {
  return complaint.find(" using queue ") != std::string_view::npos;
}

}  // namespace antiphon::federation
