// A small world for the configuration fuzzers: a few files and variables that exist nowhere.
#pragma once

#include <absl/status/status.h>

#include <string>
#include <string_view>
#include <vector>

#include "broker/config/config_inputs.h"
#include "protocol/bytes/check.h"

namespace antiphon {

// What a file that includes itself gives each time: short, as it may do so a thousand times.
inline constexpr size_t kSelfBytesMax = 64;

// Included files give the beginning of `text` itself or a short fixed one.
inline ConfigInputs fuzz_config_inputs(std::string_view text) {
  ConfigInputs inputs;
  inputs.read_file = [text](const std::string& path) -> absl::StatusOr<std::string> {
    if (path.ends_with("self")) return std::string(text.substr(0, kSelfBytesMax));
    if (path.ends_with(".cfg") || path.ends_with("a")) return std::string("x = 1\ny { z: $x }\n");
    return absl::NotFoundError("no such file");
  };
  inputs.environment = [text](std::string_view name) -> std::optional<std::string> {
    if (name == "E") return std::string(text.substr(0, text.size() / 2));
    if (name == "L") return "[1, {a: $E}]";
    if (name == "C") return "$C";
    if (name == "HOME") return "/home/somebody";
    return std::nullopt;
  };
  inputs.list_directory = [](const std::string&) -> absl::StatusOr<std::vector<std::string>> {
    return std::vector<std::string>{"choria.cfg", "package.cfg", "security.cfg", "old.conf"};
  };
  inputs.working_directory = "/etc/antiphon";
  inputs.host_name = "fuzz.example.net";
  return inputs;
}

}  // namespace antiphon
