#include "broker/server/audit_log.h"

#include <utility>

namespace antiphon {

absl::Status AuditLog::open(const std::string& path) {
  return file_.open(path);
}

void AuditLog::record(std::string line) {
  if (file_.is_open()) {
    file_.append(std::move(line));
  } else {
    log_.info("Audit: " + line);
  }
}

}  // namespace antiphon
