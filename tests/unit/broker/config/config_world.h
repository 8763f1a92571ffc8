// Files, variables and folders for configuration tests, all in memory.
#pragma once

#include <absl/status/status.h>

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "broker/config/config_inputs.h"
#include "broker/config/diagnostics.h"

namespace antiphon {

struct ConfigWorld {
  std::map<std::string, std::string> files;
  std::map<std::string, std::string, std::less<>> variables;
  std::string working_directory = "/work_folder";
  std::string host_name = "broker.example.net";

  [[nodiscard]] ConfigInputs inputs() const {
    ConfigInputs inputs;
    inputs.read_file = [this](const std::string& path) -> absl::StatusOr<std::string> {
      const auto found = files.find(path);
      if (found == files.end()) return absl::NotFoundError("No such file or directory");
      return found->second;
    };
    inputs.environment = [this](std::string_view name) -> std::optional<std::string> {
      const auto found = variables.find(name);
      if (found == variables.end()) return std::nullopt;
      return found->second;
    };
    inputs.list_directory = [this](const std::string& path) { return names_in(path + "/"); };
    inputs.working_directory = working_directory;
    inputs.host_name = host_name;
    return inputs;
  }

 private:
  [[nodiscard]] absl::StatusOr<std::vector<std::string>> names_in(const std::string& folder) const {
    std::vector<std::string> names;
    for (const auto& [path, text] : files) {
      if (path.starts_with(folder)) names.push_back(path.substr(folder.size()));
    }
    if (names.empty()) return absl::NotFoundError("No such file or directory");
    return names;
  }
};

inline std::vector<std::string> texts_of(const std::vector<Diagnostic>& diagnostics) {
  std::vector<std::string> texts;
  for (const Diagnostic& diagnostic : diagnostics) texts.push_back(to_string(diagnostic));
  return texts;
}

}  // namespace antiphon
