// What is wrong with a configuration, where it stands, and what to do about it.
//
// WHY: nothing starts on a bad configuration, so everything wrong with it is collected and told at
// once, in the order of the files, and not one mistake per attempt.
// INVARIANTS: no message holds the text of a password or token.
// LIMITS: kDiagnosticsMax; what comes after is counted, not kept.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace antiphon {

inline constexpr size_t kDiagnosticsMax = 200;

// A file (or any other text) that was read, and its place in the order of reading.
struct SourceFile {
  std::string name;
  uint32_t order = 0;
};

// Lines and columns count from 1, columns in bytes. Line 0 means the file as a whole.
struct Place {
  std::shared_ptr<const SourceFile> file;
  uint32_t line = 0;
  uint32_t column = 0;
};

// `file:line:column`, or `file` for a whole file, or nothing for no file at all.
std::string to_string(const Place& place);

struct Diagnostic {
  Place place;
  std::string message;
};

// `file:line:column: message`.
std::string to_string(const Diagnostic& diagnostic);

class Diagnostics {
 public:
  void error(Place place, std::string message);
  void warning(Place place, std::string message);

  [[nodiscard]] bool has_errors() const { return !errors_.empty(); }

  // Sorted by place; a last entry tells how many more there were than kDiagnosticsMax.
  [[nodiscard]] std::vector<Diagnostic> errors() const { return sorted(errors_, errors_dropped_); }
  [[nodiscard]] std::vector<Diagnostic> warnings() const {
    return sorted(warnings_, warnings_dropped_);
  }

 private:
  static std::vector<Diagnostic> sorted(const std::vector<Diagnostic>& list, size_t dropped);

  std::vector<Diagnostic> errors_;
  std::vector<Diagnostic> warnings_;
  size_t errors_dropped_ = 0;
  size_t warnings_dropped_ = 0;
};

}  // namespace antiphon
