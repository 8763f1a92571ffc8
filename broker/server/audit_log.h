// Where the records of logins go: to a file of their own, or as lines of the log.
//
// THREADS: records from any thread; open() on the control thread.
#pragma once

#include <absl/status/status.h>

#include <cstdint>
#include <string>

#include "broker/auth/choria_audit.h"
#include "broker/runtime/line_file.h"
#include "broker/runtime/log.h"

namespace antiphon {

class AuditLog final : public AuditSink {
 public:
  explicit AuditLog(Log& log) : log_(log) {}

  // Goes on in the file, opened anew; empty: in the log. After an error it goes on as before.
  [[nodiscard]] absl::Status open(const std::string& path);
  void record(std::string line) override;
  // Records that were lost because the file could not keep up, or took no more.
  uint64_t dropped() const { return file_.dropped(); }

 private:
  Log& log_;
  LineFile file_;
};

}  // namespace antiphon
