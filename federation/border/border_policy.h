// Whose requests, to which agents of which collectives, a border signs for the other side: rows in
// order, the first that fits decides, and none means no.
//
// FORMAT: a row a line: `allow` or `deny`, the caller, agents, collectives, and after `allow`
// perhaps who the caller is on the other side. Columns are separated by blanks; # begins a comment.
// A caller is `*`, a caller id, or a regular expression between slashes (RE2, anywhere in the id unless
// anchored). Agents and collectives are `*` or names separated by commas. The caller's name there is a
// caller id in which {caller} stands for the whole id and {name} for what follows its `=`; without it
// he keeps his own.
// LIMITS: kRowsMax rows, kPolicyBytesMax bytes. ERRORS: the first, with its line.
#pragma once

#include <absl/status/statusor.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/choria/pattern.h"

namespace antiphon::federation {

inline constexpr size_t kPolicyBytesMax = 1 << 20;

struct BorderDecision {
  bool allowed = false;
  uint32_t line = 0;  // of the row; 0: none fits
  std::string as;     // the caller id on the other side, if allowed
};

class BorderPolicy {
 public:
  static constexpr size_t kRowsMax = 4096;

  static absl::StatusOr<BorderPolicy> parse(std::string_view text);

  BorderDecision decide(std::string_view caller, std::string_view agent,
                        std::string_view collective) const;

 private:
  struct Row {
    uint32_t line = 0;
    bool allow = false;
    std::string caller;                      // empty: any, or by the pattern
    std::optional<choria::Pattern> pattern;
    std::vector<std::string> agents;       // empty: any
    std::vector<std::string> collectives;  // empty: any
    std::string as;

    bool fits(std::string_view a_caller, std::string_view agent,
              std::string_view collective) const;
  };

  static absl::StatusOr<Row> parse_row(std::string_view line);

  std::vector<Row> rows_;
};

}  // namespace antiphon::federation
