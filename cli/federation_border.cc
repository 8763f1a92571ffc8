#include "cli/federation_border.h"

#include <absl/strings/str_cat.h>

#include "broker/runtime/clock.h"
#include "federation/border/load_border.h"

namespace antiphon {
namespace {

constexpr int64_t kNsPerSecond = 1'000'000'000;

}  // namespace

absl::Status check_border_audit(const federation::LoadedBorder& border) {
  if (!border.on || border.audit_file.empty()) return absl::OkStatus();
  return LineFile::check(border.audit_file);
}

absl::StatusOr<std::unique_ptr<federation::Border>> open_border(
    const federation::LoadedRelay& loaded, LineFile& audit, Log& log) {
  const federation::LoadedBorder& border = loaded.border;
  if (!border.on) return nullptr;
  if (!border.audit_file.empty()) {
    if (absl::Status status = audit.open(border.audit_file); !status.ok()) return status;
  }
  return federation::open_border(border, loaded.settings.cluster, wall_now_ns() / kNsPerSecond,
                                 [&audit, &log](std::string line) {
                                   if (!audit.is_open()) return log.info("Border: " + line);
                                   if (audit.append(std::move(line))) return;
                                   log.error("the border's audit file takes no more: a record is lost");
                                 });
}

}  // namespace antiphon
