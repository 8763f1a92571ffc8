#include "broker/config/secret_files.h"

#include <absl/strings/str_cat.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "broker/config/config_text.h"
#include "broker/runtime/unique_descriptor.h"
#include "protocol/bytes/text.h"
#include "protocol/choria/limits.h"

namespace antiphon {
namespace {

constexpr mode_t kOpenToOthers = 0077;

absl::Status failed(std::string_view what, const std::string& path) {
  return absl::InternalError(absl::StrCat(to_absl(what), " ", path, ": ", std::strerror(errno)));
}

// Reads straight into text, which never grows: a secret leaves no copy behind.
absl::Status read_all(const UniqueDescriptor& file, const std::string& path, size_t bytes_max,
                      std::string& text) {
  text.resize(bytes_max + 1);
  size_t filled = 0;
  while (filled < text.size()) {
    const ssize_t bytes = ::read(file.get(), text.data() + filled, text.size() - filled);
    if (bytes < 0 && errno == EINTR) continue;
    if (bytes < 0) return failed("cannot read", path);
    if (bytes == 0) break;
    filled += static_cast<size_t>(bytes);
  }
  if (filled > bytes_max) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": larger than ", bytes_max, " bytes"));
  }
  text.resize(filled);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<SecretText> read_secret_file(const std::string& path) {
  const UniqueDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) return failed("cannot open", path);
  struct stat about {};
  if (::fstat(file.get(), &about) != 0) return failed("cannot look at", path);
  if ((about.st_mode & kOpenToOthers) != 0) {
    return absl::PermissionDeniedError(
        absl::StrCat(path, ": others may read this secret; run: chmod 600 ", path));
  }
  SecretText secret;
  const absl::Status status = read_all(file, path, choria::kPemBytesMax, secret.text());
  if (!status.ok()) return status;
  return secret;
}

absl::StatusOr<std::string> read_public_file(const std::string& path, size_t bytes_max) {
  const UniqueDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) return failed("cannot open", path);
  std::string text;
  const absl::Status status = read_all(file, path, bytes_max, text);
  if (!status.ok()) return status;
  return text;
}

absl::StatusOr<std::string> read_token_file(const std::string& path) {
  auto text = read_public_file(path, choria::kTokenBytesMax);
  if (!text.ok()) return text;
  return std::string(trimmed(*text));
}

std::string seed_beside(const std::string& token_file) {
  return std::filesystem::path(token_file).replace_extension(".key").string();
}

absl::StatusOr<choria::TokenSigningKey> read_signing_key(const std::string& path) {
  const auto secret = read_secret_file(path);
  if (!secret.ok()) return secret.status();
  auto key = choria::TokenSigningKey::from_text(secret->view());
  if (key.ok()) return key;
  return absl::InvalidArgumentError(absl::StrCat(path, ": ", key.status().message()));
}

}  // namespace antiphon
