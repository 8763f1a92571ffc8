// Command-line flags the way Go's flag package takes them, because that is how nats-server's are
// written in scripts: one dash or two, "-f value" or "-f=value", booleans alone or "-f=false".
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace antiphon {

struct GoFlag {
  enum class Kind { kBool, kNumber, kText };
  std::string_view names;  // separated by blanks
  Kind kind;
};

struct ParsedGoFlag {
  const GoFlag* flag;
  std::string text;      // the value as written; "true" for a boolean alone
  bool on = false;       // kBool
  int64_t number = 0;    // kNumber
};

struct ParsedGoFlags {
  std::vector<ParsedGoFlag> flags;     // in the order given
  std::vector<std::string> arguments;  // what follows the flags
  std::string error;                   // empty when all is well; worded as Go's
};

ParsedGoFlags parse_go_flags(std::span<const GoFlag> known, const std::vector<std::string>& args);

}  // namespace antiphon
