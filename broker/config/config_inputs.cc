#include "broker/config/config_inputs.h"

#include <absl/status/status.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <system_error>

namespace antiphon {
namespace {

constexpr size_t kHostNameBytesMax = 256;

absl::Status error_status(int code) {
  const std::string reason = std::error_code(code, std::generic_category()).message();
  return code == ENOENT ? absl::NotFoundError(reason) : absl::FailedPreconditionError(reason);
}

absl::StatusOr<std::string> read_whole_file(const std::string& path) {
  struct stat info {};
  if (stat(path.c_str(), &info) != 0) return error_status(errno);
  if (S_ISDIR(info.st_mode)) return error_status(EISDIR);
  if (static_cast<size_t>(info.st_size) > kConfigFileBytesMax) {
    return absl::ResourceExhaustedError("larger than 16 MiB");
  }
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) return error_status(errno == 0 ? EIO : errno);
  // Read one byte more than allowed: pipes and files that grow have no size to trust.
  std::string text(static_cast<size_t>(info.st_size) + 1, '\0');
  size_t used = 0;
  while (file.read(text.data() + used, static_cast<std::streamsize>(text.size() - used)) ||
         file.gcount() > 0) {
    used += static_cast<size_t>(file.gcount());
    if (used > kConfigFileBytesMax) return absl::ResourceExhaustedError("larger than 16 MiB");
    if (used == text.size()) text.resize(text.size() * 2);
  }
  text.resize(used);
  return text;
}

std::optional<std::string> read_environment(std::string_view name) {
  const char* value = std::getenv(std::string(name).c_str());
  if (value == nullptr) return std::nullopt;
  return std::string(value);
}

absl::StatusOr<std::vector<std::string>> list_directory(const std::string& path) {
  std::error_code code;
  std::filesystem::directory_iterator entry(path, code);
  std::vector<std::string> names;
  for (; !code && entry != std::filesystem::directory_iterator(); entry.increment(code)) {
    names.push_back(entry->path().filename().string());
  }
  if (code) return error_status(code.value());
  return names;
}

}  // namespace

ConfigInputs system_config_inputs() {
  ConfigInputs inputs{read_whole_file, read_environment, list_directory, "", ""};
  std::error_code code;
  inputs.working_directory = std::filesystem::current_path(code).string();
  char host[kHostNameBytesMax + 1] = {};
  if (gethostname(host, kHostNameBytesMax) == 0) inputs.host_name = host;
  return inputs;
}

}  // namespace antiphon
