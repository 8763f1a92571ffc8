// Everything a configuration may read from the world around it, handed in as functions.
//
// WHY: the parsers stay functions of bytes and values: tests and fuzzers give them files and
// variables that exist nowhere.
#pragma once

#include <absl/status/statusor.h>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace antiphon {

inline constexpr size_t kConfigFileBytesMax = 16 << 20;

using FileReader = std::function<absl::StatusOr<std::string>(const std::string& path)>;
using Environment = std::function<std::optional<std::string>(std::string_view name)>;
using DirectoryLister =
    std::function<absl::StatusOr<std::vector<std::string>>(const std::string& path)>;

struct ConfigInputs {
  FileReader read_file;            // the whole file; a status says why it cannot be read
  Environment environment;         // nothing when the variable is not set
  DirectoryLister list_directory;  // names in it; kNotFound when there is no such directory
  std::string working_directory;
  std::string host_name;
};

// The real ones: this process's files, environment, directory and host.
ConfigInputs system_config_inputs();

}  // namespace antiphon
