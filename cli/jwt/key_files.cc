#include "cli/jwt/key_files.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/strip.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

#include "broker/runtime/unique_descriptor.h"
#include "protocol/bytes/text.h"
#include "protocol/choria/limits.h"

namespace antiphon::jwt {
namespace {

constexpr mode_t kOwnerOnly = 0600;
constexpr mode_t kOpenToOthers = 0077;
constexpr std::string_view kBlanks = " \t\r\n";

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

absl::Status write_all(const UniqueDescriptor& file, const std::string& path,
                       std::string_view text) {
  while (!text.empty()) {
    const ssize_t bytes = ::write(file.get(), text.data(), text.size());
    if (bytes < 0 && errno == EINTR) continue;
    if (bytes < 0) return failed("cannot write", path);
    text.remove_prefix(static_cast<size_t>(bytes));
  }
  return ::fsync(file.get()) == 0 ? absl::OkStatus() : failed("cannot write", path);
}

std::string_view trimmed(std::string_view text) {
  const size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

absl::Status with_path(const absl::Status& status, const std::string& path) {
  return absl::Status(status.code(), absl::StrCat(path, ": ", status.message()));
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

absl::StatusOr<SecretText> read_password_file(const std::string& path) {
  auto secret = read_secret_file(path);
  if (!secret.ok()) return secret;
  std::string& text = secret->text();
  text.resize(std::min(text.find_first_of("\r\n"), text.size()));
  if (text.empty())
    return absl::InvalidArgumentError(absl::StrCat(path, ": the first line is empty"));
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

absl::Status write_private_file(const std::string& path, std::string_view text, Existing existing) {
  const std::string written = existing == Existing::kReplace ? absl::StrCat(path, ".new") : path;
  if (existing == Existing::kReplace) ::unlink(written.c_str());
  const UniqueDescriptor file(
      ::open(written.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kOwnerOnly));
  if (file.get() < 0) return failed("cannot create", written);
  absl::Status status = write_all(file, written, text);
  if (status.ok() && written != path && ::rename(written.c_str(), path.c_str()) != 0) {
    status = failed("cannot replace", path);
  }
  if (!status.ok()) ::unlink(written.c_str());
  return status;
}

absl::StatusOr<choria::TokenSigningKey> read_signing_key(const std::string& path) {
  const auto secret = read_secret_file(path);
  if (!secret.ok()) return secret.status();
  auto key = choria::TokenSigningKey::from_text(secret->view());
  if (!key.ok()) return with_path(key.status(), path);
  return key;
}

absl::StatusOr<choria::TokenPublicKey> read_public_key(const std::string& text_or_path) {
  if (const auto key = choria::ed25519_from_hex(text_or_path)) return choria::TokenPublicKey(*key);
  const auto text = read_public_file(text_or_path, choria::kPemBytesMax);
  if (!text.ok()) return text.status();
  auto key = choria::TokenPublicKey::from_text(*text);
  if (!key.ok()) return with_path(key.status(), text_or_path);
  return key;
}

absl::StatusOr<std::string> read_holder_key(const std::string& text_or_path) {
  const auto key = read_public_key(text_or_path);
  if (!key.ok()) return key.status();
  if (key->ed25519() == nullptr) {
    return absl::InvalidArgumentError(
        absl::StrCat(text_or_path, ": who holds a token needs an Ed25519 key, not RSA"));
  }
  return choria::ed25519_to_hex(*key->ed25519());
}

}  // namespace antiphon::jwt
