#include "cli/go_flags.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_split.h>

#include <charconv>

#include "protocol/bytes/json_text.h"
#include "protocol/bytes/text.h"

namespace antiphon {
namespace {

const GoFlag* find_flag(std::span<const GoFlag> known, std::string_view name) {
  for (const GoFlag& flag : known) {
    for (const absl::string_view one : absl::StrSplit(to_absl(flag.names), ' ')) {
      if (to_std(one) == name) return &flag;
    }
  }
  return nullptr;
}

std::optional<bool> parse_bool(std::string_view text) {
  for (const std::string_view yes : {"1", "t", "T", "true", "TRUE", "True"}) {
    if (text == yes) return true;
  }
  for (const std::string_view no : {"0", "f", "F", "false", "FALSE", "False"}) {
    if (text == no) return false;
  }
  return std::nullopt;
}

std::optional<int64_t> parse_number(std::string_view text) {
  if (!text.empty() && text[0] == '+') text.remove_prefix(1);
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return number;
}

// Fills in the typed value. Returns the error, if any.
std::string interpret(ParsedGoFlag& parsed, std::string_view name) {
  std::string quoted;
  append_go_quoted(quoted, parsed.text);
  if (parsed.flag->kind == GoFlag::Kind::kBool) {
    const auto on = parse_bool(parsed.text);
    if (!on.has_value()) {
      return absl::StrCat("invalid boolean value ", quoted, " for -", to_absl(name), ": parse error");
    }
    parsed.on = *on;
  }
  if (parsed.flag->kind == GoFlag::Kind::kNumber) {
    const auto number = parse_number(parsed.text);
    if (!number.has_value()) {
      return absl::StrCat("invalid value ", quoted, " for flag -", to_absl(name), ": parse error");
    }
    parsed.number = *number;
  }
  return {};
}

}  // namespace

ParsedGoFlags parse_go_flags(std::span<const GoFlag> known, const std::vector<std::string>& args) {
  ParsedGoFlags result;
  size_t i = 0;
  for (; i < args.size(); ++i) {
    std::string_view arg = args[i];
    if (arg.size() < 2 || arg[0] != '-') break;
    if (arg == "--") {
      ++i;
      break;
    }
    std::string_view name = arg.substr(arg[1] == '-' ? 2 : 1);
    const size_t equals = name.find('=');
    const bool has_value = equals != name.npos;
    const std::string_view value = has_value ? name.substr(equals + 1) : std::string_view{};
    name = name.substr(0, equals);
    if (name.empty() || name[0] == '-') {
      result.error = absl::StrCat("bad flag syntax: ", to_absl(arg));
      return result;
    }
    const GoFlag* flag = find_flag(known, name);
    if (flag == nullptr) {
      result.error = absl::StrCat("flag provided but not defined: -", to_absl(name));
      return result;
    }
    ParsedGoFlag parsed{flag, std::string(value)};
    if (!has_value) {
      if (flag->kind == GoFlag::Kind::kBool) {
        parsed.text = "true";
      } else if (i + 1 < args.size()) {
        parsed.text = args[++i];
      } else {
        result.error = absl::StrCat("flag needs an argument: -", to_absl(name));
        return result;
      }
    }
    result.error = interpret(parsed, name);
    if (!result.error.empty()) return result;
    result.flags.push_back(std::move(parsed));
  }
  result.arguments.assign(args.begin() + static_cast<std::ptrdiff_t>(i), args.end());
  return result;
}

}  // namespace antiphon
